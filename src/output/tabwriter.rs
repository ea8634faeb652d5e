//! Go's `text/tabwriter` as kubectl's describers use it: cells end with a tab, columns are aligned over runs of
//! neighbouring lines, two blanks apart.

const PADDING: usize = 2;

/// Aligns the text. Cells end with `\t`; what follows a line's last tab is no cell and has no part in any width. A form
/// feed between two lines ends every column.
pub fn align(text: &str) -> String {
    let mut aligned = String::with_capacity(text.len() * 2);
    for section in text.split_inclusive('\u{c}') {
        let section = section.trim_end_matches('\u{c}');
        let mut lines: Vec<Vec<&str>> = section.split('\n').map(|line| line.split('\t').collect()).collect();
        // What follows the last newline is no line.
        if lines.last().is_some_and(|line| line.iter().all(|cell| cell.is_empty())) {
            lines.pop();
        }
        let widths = widths(&lines);
        for (line, widths) in lines.iter().zip(&widths) {
            for (index, cell) in line.iter().enumerate() {
                aligned.push_str(cell);
                if let Some(width) = widths.get(index) {
                    aligned.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count())));
                }
            }
            aligned.push('\n');
        }
    }
    aligned
}

/// For each line, the widths of its cells (all but the last piece).
fn widths(lines: &[Vec<&str>]) -> Vec<Vec<usize>> {
    let mut widths: Vec<Vec<usize>> = lines.iter().map(|line| vec![0; line.len().saturating_sub(1)]).collect();
    let deepest = widths.iter().map(Vec::len).max().unwrap_or_default();
    for column in 0..deepest {
        let mut start = 0;
        while start < lines.len() {
            let run = widths.iter().skip(start).take_while(|cells| cells.len() > column).count();
            let cells = lines.iter().skip(start).take(run).filter_map(|line| line.get(column));
            let longest = cells.map(|cell| cell.chars().count()).max().unwrap_or_default();
            let width = longest + PADDING;
            for cells in widths.iter_mut().skip(start).take(run) {
                if let Some(cell) = cells.get_mut(column) {
                    *cell = width;
                }
            }
            start += run.max(1);
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::align;

    #[test]
    fn neighbouring_lines_are_aligned_and_a_line_without_a_tab_ends_the_run() {
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
}
