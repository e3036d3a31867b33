use super::{check_addresses, check_features};
use crate::tidy::tree::Tree;

fn places(findings: &[crate::tidy::finding::Finding]) -> Vec<String> {
    findings.iter().map(|finding| format!("{}:{}", finding.path, finding.line)).collect()
}

#[test]
fn features_do_not_use_each_other() {
    let tree = Tree::of(&[
        (
            "web/src/features/jobs/JobsPage.tsx",
            "import { a } from \"../../widgets/Table\";\nimport { b } from \"../costs/bars\";\n",
        ),
        (
            "web/src/features/costs/index.ts",
            "export const page = lazy(() => import(\"./CostsPage\"));\nimport \"../jobs\";\n",
        ),
        ("web/src/features/costs/bars.ts", "import { routes } from \"../../routes\";\nimport x from \"uplot\";\n"),
        (
            "web/src/features/models/page/Versions.tsx",
            "import { a } from \"../state\";\nimport { a } from \"../../../state/url\";\n",
        ),
        ("web/src/widgets/Money.tsx", "import { bars } from \"../features/costs/bars\";\n"),
        ("web/src/routes.tsx", "import { feature as costs } from \"./features/costs\";\n"),
    ]);
    let found = check_features(&tree);
    let expected = [
        "web/src/features/jobs/JobsPage.tsx:2",
        "web/src/features/costs/index.ts:2",
        "web/src/features/costs/bars.ts:1",
        "web/src/widgets/Money.tsx:1",
    ];
    assert_eq!(places(&found), expected);
    assert!(found[0].text.starts_with("the feature jobs must not use the feature costs"), "{}", found[0]);
}

#[test]
fn the_portal_names_no_other_host() {
    let tree = Tree::of(&[
        ("web/src/api/client.ts", "const a = \"https://fonts.example.com/x\";\nconst b = `http://${host}/`;\n"),
        ("web/src/widgets/Icon.tsx", "<svg xmlns=\"http://www.w3.org/2000/svg\" />\n"),
        ("web/src/state/url.test.ts", "new URL(\"http://example.com\")\n"),
        ("web/index.html", "<link href=\"https://cdn.example.com/a.css\" />\n"),
        ("web/vite.config.ts", "\"https://example.com\"\n"),
    ]);
    assert_eq!(places(&check_addresses(&tree)), ["web/src/api/client.ts:1", "web/index.html:1"]);
}
