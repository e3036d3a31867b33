import classes from "./RuleWords.module.css";
import { approversWords, type Rule } from "./rules";

/** What a rule asks for, as a list of things that must all be there. */
export function RuleWords({ rule }: { rule: Rule }) {
  const people = approversWords(rule.approvers);
  if (rule.conditions.length === 0 && people === undefined) return <p className={classes.free}>asks for nothing</p>;
  return (
    <ul className={classes.asked}>
      {rule.conditions.map((condition) => (
        <li key={condition} className="mono">
          <bdi>{condition}</bdi>
        </li>
      ))}
      {people && <li>{people}</li>}
    </ul>
  );
}
