import { expect, it } from "vitest";
import { setStandardTeam } from "../api/team";
import { nounCommand } from "./nounCommand";

it("writes what a shell and the command line read back as it was", () => {
  expect(nounCommand("delete", "version", "churn/3")).toBe("roadbed delete version churn/3 --yes");
  expect(nounCommand("update", "run", "r1", { name: "-x it's", "if-match": undefined })).toBe(
    `roadbed update run r1 --name='-x it'\\''s'`,
  );
});

it("names the team that is meant", () => {
  setStandardTeam("growth");
  expect(nounCommand("create", "alias", "churn@champion", { version: "3" })).toBe(
    "roadbed create alias churn@champion --version=3 --team=growth",
  );
  setStandardTeam(undefined);
});
