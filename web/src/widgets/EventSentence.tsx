import type { Names, Told } from "../state/eventReader";
import { sentenceOf } from "../state/eventSentence";
import { middle } from "../state/format";
import { Link } from "./Link";

/** Characters of a name, and of words such as a verdict, that one line of a feed can bear. */
const NAME_LENGTH = 60;
const WORDS_LENGTH = 300;

/** An event told in a sentence, with links to what it is about. */
export function EventSentence({ event, names }: { event: Told; names?: Names }) {
  const parts = sentenceOf(event, names);
  return (
    <span style={{ overflowWrap: "anywhere" }}>
      {parts.map((part, index) => {
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence never move.
        if (typeof part === "string") return <bdi key={index}>{middle(part, WORDS_LENGTH)}</bdi>;
        return part.path ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above.
          <Link key={index} to={part.path} size="sm" inherit>
            <bdi>{middle(part.name, NAME_LENGTH)}</bdi>
          </Link>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above.
          <b key={index}>
            <bdi>{middle(part.name, NAME_LENGTH)}</bdi>
          </b>
        );
      })}
    </span>
  );
}
