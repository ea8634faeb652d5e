//! The README's first command, with the program under test.

use crate::support::Invocation;

#[tokio::test]
async fn the_tutorial_shows_what_it_should() {
    let program = env!("CARGO_BIN_EXE_kubectl-vmirs");
    let told = Invocation::new(program, "kubectl vmirs", "sandbox -- examples/tutorial.sh")
        .directory(env!("CARGO_MANIFEST_DIR").as_ref())
        .run()
        .await
        .success();
    assert!(told.contains("$ kubectl vmirs autoscale --min=2 --max=5"), "{told}");
}
