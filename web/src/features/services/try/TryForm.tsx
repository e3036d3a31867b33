import { Button, Group, JsonInput, SegmentedControl, Stack, Text } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Schemas } from "../../../api/client";
import { middle } from "../../../state/format";
import { useSession } from "../../../state/session";
import { Panel } from "../../../widgets/Panel";
import { Answer } from "./Answer";
import { InputFields } from "./InputFields";
import { bodyOf, fieldsOf, parsed, pretty, rowOf, textsOf } from "./requestBody";
import { Snippets } from "./Snippets";
import classes from "./TryForm.module.css";

interface TryFormProps {
  service: Schemas["ServiceView"];
  signature: Schemas["SignatureView"];
}

/** Nobody fills in a form longer than this: the body is shown instead. */
const MOST_FIELDS = 100;

const MODES = [
  { value: "form", label: "Form" },
  { value: "json", label: "JSON" },
];

/** The request as a form and as JSON: both show the same body, whichever is changed. */
export function TryForm({ service, signature }: TryFormProps) {
  const { inputs } = signature;
  const { can, roleFor } = useSession();
  const all = fieldsOf(inputs);
  const fields = all.length > MOST_FIELDS ? [] : all;
  const [mode, setMode] = useState(fields.length > 0 ? "form" : "json");
  const [texts, setTexts] = useState(() => textsOf(inputs, signature.example));
  // With a form, what it shows is what is sent: one row, although the example may have more.
  const [text, setText] = useState(() =>
    pretty(fields.length > 0 ? bodyOf(inputs, texts, signature.example) : (signature.example ?? { inputs: [] })),
  );
  const read = parsed(text);
  const body = "body" in read ? read.body : undefined;
  const ask = useMutation({
    mutationFn: async () => {
      const { data } = await api.POST("/api/v1/services/{service}/try", {
        params: { path: { service: service.name } },
        body: body ?? null,
      });
      return data;
    },
  });
  const changeField = (name: string, value: string) => {
    const next = { ...texts, [name]: value };
    setTexts(next);
    setText(pretty(bodyOf(inputs, next, body)));
  };
  const changeText = (next: string) => {
    setText(next);
    const again = parsed(next);
    if ("body" in again) setTexts(textsOf(inputs, again.body));
  };
  const mayAsk = can("service:predict", service.team);
  return (
    <div className={classes.columns}>
      <Panel
        title="Request"
        aside={
          fields.length > 0 && (
            <SegmentedControl
              size="xs"
              aria-label="How to write the request"
              data={MODES}
              value={mode}
              onChange={setMode}
            />
          )
        }
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            ask.mutate();
          }}
        >
          <Stack gap="sm">
            {mode === "form" ? (
              <InputFields fields={fields} texts={texts} onChange={changeField} />
            ) : (
              <>
                <JsonInput
                  label="Body"
                  value={text}
                  onChange={changeText}
                  error={"error" in read ? read.error : undefined}
                  autosize
                  minRows={8}
                  maxRows={24}
                  classNames={{ input: classes.json ?? "" }}
                />
                {signature.example !== null && signature.example !== undefined && (
                  <Button
                    variant="default"
                    size="compact-sm"
                    style={{ alignSelf: "start" }}
                    onClick={() => changeText(pretty(signature.example))}
                  >
                    Take the whole example
                  </Button>
                )}
              </>
            )}
            <Group gap="sm">
              <Button
                type="submit"
                loading={ask.isPending}
                disabled={!mayAsk || body === undefined}
                leftSection={<IconSend size={16} aria-hidden />}
              >
                Send
              </Button>
              <Text size="xs" c="dimmed">
                {mayAsk
                  ? "A real request: it is answered and counted like any other."
                  : `Sending needs the role ${roleFor("service:predict")}: ask an admin of team ${middle(service.team, 40)}.`}
              </Text>
            </Group>
          </Stack>
        </form>
      </Panel>
      <div className={classes.answer}>
        <Panel title="Answer">
          <Answer answer={ask.data} error={ask.error} isWaiting={ask.isPending} />
        </Panel>
      </div>
      <Panel title="The same from a program">
        <Snippets url={service.url} body={body ?? null} row={fields.length > 0 ? rowOf(fields, texts) : {}} />
      </Panel>
    </div>
  );
}
