//! The audio callback of the plug-in in C: it allocates nothing and asks the system for nothing, also while other threads look at
//! the license that it goes by. A lock that it took would make it wait, which asks the system. The one in Rust watches its own.

use gatefold_tests::tool;

use crate::compiled::compile;
use crate::home::Home;
use crate::shelves::Shelves;
use crate::standings::Standing;

/// The calls of the thread that runs the callback, while it does.
fn within_the_callback(trace: &str) -> Vec<&str> {
    let lines: Vec<&str> = trace.lines().collect();
    let [begins, ends] = ["begins", "ends"].map(|word| {
        let at = lines.iter().position(|line| line.contains(&format!("/no-such-folder/{word}\"")));
        at.unwrap_or_else(|| panic!("{word} is not in the trace"))
    });
    let thread = |line: &str| line.split_whitespace().next().map(str::to_owned);
    let is_its = |line: &&str| {
        // The end of the call that marks the begin, and signals.
        thread(line) == thread(lines[begins]) && !line.contains("resumed>") && !line.contains("---")
    };
    lines[begins + 1..ends].iter().copied().filter(is_its).collect()
}

#[test]
fn the_callback_in_c_allocates_nothing_and_asks_the_system_for_nothing() {
    let Some(_) = tool("the_callback_in_c", "strace") else { return };
    let shelves = Shelves::all();
    for (standing, sounds) in [("licensed", "plays"), ("never licensed", "as it came")] {
        let home = Home::new(Standing::named(standing), &shelves);
        let program = home.file("callback");
        compile(&program, &["tests/tests/hosts/c/callback.c"], &[]);
        let mut command = home.host_under(&["strace", "-f", "-o", "trace"], &program);
        command.arg(home.lv2.join("halo-plate-c.lv2/halo-plate-c.so"));
        let said = home.run("the callback in C", &mut command);
        assert_eq!(said, format!("{sounds}, asked some when made, 0 times in the callback\n"), "{standing}");
        let trace = std::fs::read_to_string(home.file("trace")).unwrap();
        assert_eq!(within_the_callback(&trace), Vec::<&str>::new(), "{standing}");
        // Meanwhile the others did look.
        let looks = trace.lines().filter(|line| line.contains("gatefold")).count();
        assert!(looks > 100, "{standing}: {looks} looks");
    }
}
