import { useAddress } from "../../state/url";
import { Loaded } from "../../widgets/Loaded";
import { Page } from "../../widgets/Page";
import { ChooseTemplate } from "./ChooseTemplate";
import { DescribeProject } from "./DescribeProject";
import { PreviewProject } from "./PreviewProject";
import { StepTrail } from "./StepTrail";
import { useChoice } from "./useChoice";

const STEPS = ["Choose a template", "Name it", "Look at it and create"];

/** From nothing to a project whose first job runs: choose, name, create. */
export default function NewPage() {
  const { templates, step } = useChoice();
  const address = useAddress();
  const here = (wanted: number) => {
    const params = Object.fromEntries(new URLSearchParams(window.location.search));
    return address("/new", { ...params, step: wanted === 1 ? undefined : String(wanted) });
  };
  return (
    <Page title="New project">
      <StepTrail steps={STEPS} current={step} addressOf={here} />
      <Loaded query={templates}>
        {({ items }) =>
          step === 1 ? <ChooseTemplate templates={items} /> : step === 2 ? <DescribeProject /> : <PreviewProject />
        }
      </Loaded>
    </Page>
  );
}
