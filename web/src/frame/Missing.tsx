import { ButtonLink } from "../widgets/ButtonLink";
import { Empty } from "../widgets/Empty";
import { Page } from "../widgets/Page";
import { Panel } from "../widgets/Panel";

/** For addresses that lead nowhere. */
export function Missing() {
  return (
    <Page title="No such page">
      <Panel>
        <Empty title="This address leads nowhere" action={<ButtonLink to="/">Go home</ButtonLink>}>
          It may have been moved, or a letter is wrong. Press Ctrl K (or Cmd K) to search for a service, model, run or
          job by name.
        </Empty>
      </Panel>
    </Page>
  );
}
