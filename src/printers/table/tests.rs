use super::*;
use insta::assert_snapshot;
use serde::Deserialize;
use serde_json::json;

fn columns() -> Vec<Column> {
    let column = |name: &str, priority| Column {
        name: name.into(),
        r#type: "string".into(),
        format: if name == "Name" { "name".into() } else { String::new() },
        priority,
        ..Column::default()
    };
    vec![column("Name", 0), column("Desired", 0), column("Ready", 0), column("Image", 1), column("Age", 0)]
}

fn row(name: &str, cells: &[Value]) -> Row<Partial> {
    let object = json!({"metadata": {"name": name, "namespace": "ns", "labels": {"b": "2", "a": "1", "a.b": "3"}}});
    let object = Partial::deserialize(&object).unwrap();
    Row { cells: std::iter::once(json!(name)).chain(cells.iter().cloned()).collect(), object }
}

fn some_rows() -> Vec<Row<Partial>> {
    vec![
        row("web", &[json!(3), json!(null), json!("x"), json!("2d3h")]),
        row("a-longer-name", &[json!(10), json!(9), json!("y"), json!("5s")]),
    ]
}

fn printed(options: TableOptions, rows: &[Row<Partial>], event: Option<&str>) -> String {
    let mut printer = TablePrinter::new(options);
    printer.part(Some(&columns()), rows, event) + &printer.finish()
}

#[test]
fn a_table_is_laid_out_as_kubectl_lays_it_out() {
    assert_snapshot!(printed(TableOptions::default(), &some_rows(), None), @r"
    NAME            DESIRED   READY   AGE
    web             3                 2d3h
    a-longer-name   10        9       5s
    ");
}

#[test]
fn without_headers_a_column_is_still_six_wide() {
    let options = TableOptions { no_headers: true, ..TableOptions::default() };
    assert_snapshot!(printed(options, &some_rows(), None), @r"
    web             3           2d3h
    a-longer-name   10    9     5s
    ");
}

#[test]
fn everything_that_can_be_added_is_added_in_kubectls_order() {
    let options = TableOptions {
        wide: true,
        with_namespace: true,
        show_labels: true,
        kind_prefix: Some("vmirs.kubevirt.io".into()),
        label_columns: vec!["a".into(), "x.y/none".into()],
        no_headers: false,
        colors: false,
    };
    assert_snapshot!(printed(options, &some_rows(), Some("ADDED")), @r"
    EVENT      NAMESPACE   NAME                              DESIRED   READY   IMAGE   AGE    A     NONE   LABELS
    ADDED      ns          vmirs.kubevirt.io/web             3                 x       2d3h   1            a.b=3,a=1,b=2
    ADDED      ns          vmirs.kubevirt.io/a-longer-name   10        9       y       5s     1            a.b=3,a=1,b=2
    ");
}

#[test]
fn later_parts_keep_widths_and_print_no_second_header() {
    let mut printer = TablePrinter::new(TableOptions::default());
    printer.part(Some(&columns()), &some_rows(), None);
    printer.finish();
    let late = row("b", &[json!(1), json!(1), json!("z"), json!("9s")]);
    assert_eq!(printer.part(None, &[late], None), "");
    assert_eq!(printer.finish(), "b               1         1       9s\n");
}

#[test]
fn rows_are_settled_by_the_hundred() {
    let rows: Vec<_> =
        (0..250).map(|index| row(&format!("r{index}"), &[json!(1), json!(1), json!("z"), json!("9s")])).collect();
    let mut printer = TablePrinter::new(TableOptions::default());
    assert_eq!(printer.part(Some(&columns()), &rows, None).lines().count(), 201);
    assert_eq!(printer.finish().lines().count(), 50);
    assert_eq!(printer.finish(), "");
}

#[test]
fn no_rows_print_nothing() {
    assert_eq!(printed(TableOptions::default(), &[], None), "");
}

/// kubectl pads the first line to the length, in bytes, of what it is going to cut off.
#[test]
fn a_cell_ends_with_its_first_line_but_counts_as_a_whole() {
    let rows = [row("a\u{1b}[31m", &[json!("one\ntwo and three"), json!("é"), json!(null), json!("1s")])];
    assert_eq!(
        printed(TableOptions::default(), &rows, None),
        "NAME      DESIRED             READY   AGE\na^[[31m   one...              é       1s\n"
    );
}

#[test]
fn colored_states_take_no_more_room_and_the_rest_stays_as_it_is() {
    let column = |name: &str| Column { name: name.into(), r#type: "string".into(), ..Column::default() };
    let columns = [column("Name"), column("Phase"), column("Ready")];
    let rows = [("running", "Running", "True"), ("a", "Failed", "False")].map(|(name, phase, ready)| Row {
        cells: vec![json!(name), json!(phase), json!(ready)],
        object: Partial::default(),
    });
    let text = |colors| {
        let mut printer = TablePrinter::new(TableOptions { colors, ..TableOptions::default() });
        printer.part(Some(&columns), &rows, None) + &printer.finish()
    };
    let colored = text(true);
    assert!(colored.contains("running   \u{1b}[32mRunning\u{1b}[0m   \u{1b}[32mTrue\u{1b}[0m\n"), "{colored:?}");
    let plain = ["\u{1b}[31m", "\u{1b}[32m", "\u{1b}[33m", "\u{1b}[0m"]
        .iter()
        .fold(colored, |text, code| text.replace(code, ""));
    assert_eq!(plain, text(false));
}
