import { Button, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { api, type Schemas } from "../../../api/client";
import { withTeam } from "../../../api/team";
import { nounCommand } from "../../../state/nounCommand";
import { usePathParts } from "../../../state/pathParts";
import { versionPath } from "../../../state/subjectPath";
import { ButtonLink } from "../../../widgets/ButtonLink";
import { CommandLine } from "../../../widgets/CommandLine";
import { Loaded } from "../../../widgets/Loaded";
import { Page } from "../../../widgets/Page";
import { Panel } from "../../../widgets/Panel";
import { Signature } from "../../../widgets/Signature";
import classes from "../models.module.css";
import { About, Governed, Limits, Origin } from "./CardFacts";
import { Measured, Notes } from "./CardParts";

const PATH = "/api/v1/models/{model}/versions/{version}/card";

/** A page about a version for people who decide: what is known, what people wrote, and what nobody looked at. */
export default function CardPage() {
  const [, name = "", version = ""] = usePathParts();
  const path = { model: name, version };
  const card = useQuery({
    queryKey: ["get", PATH, path],
    // Without asking for JSON alone, it comes as Markdown.
    queryFn: async ({ signal }) =>
      (await api.GET(PATH, { params: { path }, headers: { accept: "application/json" }, signal })).data ?? null,
  });
  const url = `/api/v1/models/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}/card`;
  return (
    <Page
      title={`Model card of ${name} version ${version}`}
      crumbs={[
        { label: "Models", to: "/models" },
        { label: name, to: `/models/${encodeURIComponent(name)}` },
        { label: `Version ${version}`, to: versionPath(name, version) },
      ]}
      actions={
        card.data && (
          <Button
            component="a"
            href={withTeam(url)}
            download={`${name}-${version}.md`}
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            Markdown
          </Button>
        )
      }
    >
      {card.data ? (
        <Content card={card.data} />
      ) : (
        <Panel>
          <Loaded query={card} lines={8}>
            {() => null}
          </Loaded>
        </Panel>
      )}
      {card.error && (
        <div>
          <ButtonLink to="/models" variant="default">
            Look at the models
          </ButtonLink>
        </div>
      )}
    </Page>
  );
}

function Content({ card }: { card: Schemas["Card"] }) {
  const { inputs, outputs } = card;
  return (
    <>
      <Text size="sm" c="dimmed" maw={720}>
        Made from what the platform knows about this version, each time it is asked for. Text beside a line or in
        italics was written by people, and nobody vouches for it.
      </Text>
      <div className={classes.columns}>
        <div className={classes.column}>
          <Notes notes={card.notes} />
          <Measured card={card} />
          <Panel title="Inputs and outputs">
            {inputs || outputs ? (
              <Signature inputs={inputs ?? []} outputs={outputs ?? []} />
            ) : (
              <p className={classes.hint}>It was logged without saying what it takes and gives.</p>
            )}
          </Panel>
          <Governed card={card} />
        </div>
        <div className={classes.column}>
          <Limits limits={card.limits} />
          <About card={card} />
          <Origin origin={card.origin} />
          <Panel title="In a terminal">
            <CommandLine command={nounCommand("get", "card", `${card.model}/${card.version}`)} />
          </Panel>
        </div>
      </div>
    </>
  );
}
