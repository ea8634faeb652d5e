//! Go's `text/tabwriter`: cells end with a tab, and a column is as wide as its widest cell over a run of neighboring
//! lines that have it.

use super::color;

/// kubectl's describers keep columns two blanks apart.
const DESCRIBED: Columns = Columns { least: 0, padding: 2, remembered: None };

/// How wide columns are.
#[derive(Clone, Debug)]
pub struct Columns {
    least: usize,
    padding: usize,
    /// The widths so far: later lines may widen a column and never narrow it.
    remembered: Option<Vec<usize>>,
}

impl Columns {
    /// Those of kubectl's tables: at least 6 wide, 3 blanks apart, and remembered from one text to the next.
    pub fn of_table() -> Self {
        Self { least: 6, padding: 3, remembered: Some(Vec::new()) }
    }

    /// Aligns the text. What follows a line's last tab is no cell: it has no part in any width and is never padded.
    pub fn align(&mut self, text: &str) -> String {
        let mut lines: Vec<Vec<Cell<'_>>> =
            text.split('\n').map(|line| line.split('\t').map(Cell::new).collect()).collect();
        // What follows the last newline is no line.
        if lines.last().is_some_and(|line| line.iter().all(|cell| cell.text.is_empty())) {
            lines.pop();
        }
        self.measure(&mut lines);
        let mut aligned = String::with_capacity(text.len() * 2);
        for line in &lines {
            for cell in line {
                aligned.push_str(cell.text);
                aligned.extend(std::iter::repeat_n(' ', cell.width.saturating_sub(cell.length)));
            }
            aligned.push('\n');
        }
        aligned
    }

    /// Gives each cell but a line's last its column's width.
    fn measure(&mut self, lines: &mut [Vec<Cell<'_>>]) {
        let deepest = lines.iter().map(|line| line.len().saturating_sub(1)).max().unwrap_or_default();
        for column in 0..deepest {
            for run in lines.chunk_by_mut(|a, b| (a.len() > column + 1) == (b.len() > column + 1)) {
                if run.first().is_none_or(|line| line.len() <= column + 1) {
                    continue;
                }
                let longest = run.iter().filter_map(|line| line.get(column)).map(|cell| cell.length).max();
                let width = self.least.max(longest.unwrap_or_default() + self.padding);
                let width = self.remember(column, width);
                run.iter_mut().filter_map(|line| line.get_mut(column)).for_each(|cell| cell.width = width);
            }
        }
    }

    fn remember(&mut self, column: usize, width: usize) -> usize {
        let Some(remembered) = &mut self.remembered else { return width };
        match remembered.get_mut(column) {
            Some(before) => {
                *before = width.max(*before);
                *before
            }
            None => {
                remembered.push(width);
                width
            }
        }
    }
}

/// Aligns the text as kubectl's describers do. A form feed between two lines ends every column.
pub fn align(text: &str) -> String {
    text.split('\u{c}').filter(|section| !section.is_empty()).map(|section| DESCRIBED.clone().align(section)).collect()
}

struct Cell<'a> {
    text: &'a str,
    /// In characters.
    length: usize,
    /// With the blanks behind it; 0 where it is never padded.
    width: usize,
}

impl<'a> Cell<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, length: color::width(text), width: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::{Columns, align};

    #[test]
    fn neighboring_lines_are_aligned_and_a_line_without_a_tab_ends_the_run() {
        let text = "Name:\tweb\nNamespace:\tdefault\nSpec:\n  Replicas:\t2\n  A:\tb\n";
        assert_eq!(align(text), "Name:       web\nNamespace:  default\nSpec:\n  Replicas:  2\n  A:         b\n");
    }

    #[test]
    fn a_columns_run_is_its_own() {
        let text = "a\tb\tc\naaaa\tb\nx\tyyyy\tz\n";
        assert_eq!(align(text), "a     b  c\naaaa  b\nx     yyyy  z\n");
    }

    #[test]
    fn the_last_piece_of_a_line_is_never_padded() {
        assert_eq!(align("a\tlong text\nbb\tc\n"), "a   long text\nbb  c\n");
    }

    #[test]
    fn a_form_feed_ends_every_column() {
        assert_eq!(align("a\tb\n\u{c}aaaa\tb\n"), "a  b\naaaa  b\n");
    }

    #[test]
    fn a_table_remembers_how_wide_it_was() {
        let mut columns = Columns::of_table();
        assert_eq!(columns.align("a\tb\n"), "a     b\n");
        assert_eq!(columns.align("a-long-one\tb\n"), "a-long-one   b\n");
        assert_eq!(columns.align("é\tb\n"), "é            b\n");
    }
}
