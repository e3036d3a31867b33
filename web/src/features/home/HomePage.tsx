import { middle } from "../../state/format";
import { useScope } from "../../state/url";
import { Page } from "../../widgets/Page";
import { FirstSteps } from "./FirstSteps";
import classes from "./home.module.css";
import { Money } from "./Money";
import { MyServices } from "./MyServices";
import { NeedsAttention } from "./NeedsAttention";
import { RecentChanges } from "./RecentChanges";
import { Running } from "./Running";

/** What is broken and whose it is, how the services do, what is under way, what changed, what it costs. */
export default function HomePage() {
  const { team, project } = useScope();
  const whose = project ? `Project ${middle(project, 60)}` : team ? `Team ${middle(team, 60)}` : undefined;
  return (
    <Page title="Home" facts={whose && <bdi>{whose}</bdi>}>
      <NeedsAttention />
      <FirstSteps />
      <MyServices />
      <div className={classes.columns}>
        <div className={classes.column}>
          <Running />
          <Money />
        </div>
        <div className={classes.column}>
          <RecentChanges />
        </div>
      </div>
    </Page>
  );
}
