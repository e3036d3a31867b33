import { Button, Group, Select, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, type Schemas } from "../../../api/client";
import { middle } from "../../../state/format";
import { useSession } from "../../../state/session";
import { CommandLine } from "../../../widgets/CommandLine";
import { Conflict } from "../../../widgets/Conflict";
import { Panel } from "../../../widgets/Panel";
import { Refusal } from "../../../widgets/Refusal";
import { tell } from "../../../widgets/toast";
import { useServerForm } from "../../../widgets/useServerForm";
import { conflictsOf, settingsCommand } from "./conflicts";
import classes from "./SettingsForm.module.css";
import { changedSettings, GROUPS, patchOf, type Setting, textsOf } from "./settingsValues";

type Service = Schemas["ServiceView"];

/** Edits the settings; the server checks each change while it is typed. */
export function SettingsForm({ service }: { service: Service }) {
  const { can, roleFor } = useSession();
  const client = useQueryClient();
  // What the edit started from. When the service moves on meanwhile, the person decides field by field.
  const [base, setBase] = useState({ version: service.version, texts: textsOf(service.settings_as_written) });
  const form = useServerForm({
    initial: base.texts,
    send: async (texts, dryRun) => {
      const { data } = await api.PATCH("/api/v1/services/{service}", {
        params: { path: { service: service.name }, query: { dry_run: dryRun } },
        headers: { "If-Match": String(base.version) },
        body: { settings: patchOf(base.texts, texts) },
      });
      return data;
    },
    onDone: (saved) => {
      if (!saved) return;
      adopt(saved);
      tell("The settings are saved. Releases from now on follow them.");
    },
  });
  const adopt = (newer: Service, texts = textsOf(newer.settings_as_written)) => {
    setBase({ version: newer.version, texts: textsOf(newer.settings_as_written) });
    form.reset();
    form.setValues(texts);
  };
  const changed = changedSettings(base.texts, form.values);
  const isNewer = service.version !== base.version && !form.isSending;
  const hasConflict = isNewer && changed.length > 0;
  const isRefused = form.refusal?.isConflict === true && !isNewer;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a newer version is taken over once, when it comes.
  useEffect(() => {
    if (isNewer && changed.length === 0) adopt(service);
  }, [isNewer, changed.length === 0]);
  // The refusal came before the news: ask for what is in force now.
  useEffect(() => {
    if (isRefused) void client.invalidateQueries();
  }, [isRefused, client]);
  const theirs = textsOf(service.settings_as_written);
  const mayChange = can("service:deploy", service.team);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        form.submit();
      }}
    >
      <Stack gap="md">
        {hasConflict && (
          <Conflict
            fields={conflictsOf(base.texts, theirs, form.values)}
            onResolve={(chosen) => adopt(service, { ...theirs, ...chosen })}
            onDiscard={() => adopt(service)}
          />
        )}
        {GROUPS.map(({ title, settings }) => (
          <Panel key={title} title={title}>
            <div className={classes.fields}>
              {settings.map((setting) => (
                <SettingInput
                  key={setting.name}
                  setting={setting}
                  value={form.values[setting.name] ?? ""}
                  error={form.errorOf(setting.name)}
                  onChange={(text) => form.set(setting.name, text)}
                  isReadOnly={!mayChange}
                />
              ))}
            </div>
          </Panel>
        ))}
        {changed.length > 0 && <Changes changed={changed} before={base.texts} after={form.values} />}
        {form.refusal && !form.refusal.isConflict && <Refusal error={form.refusal} />}
        {changed.length > 0 && (
          <CommandLine
            command={settingsCommand(service.name, base.version, patchOf(base.texts, form.values))}
            label="Copy as command"
          />
        )}
        <Group gap="xs">
          <Tooltip
            label={`Needs the role ${roleFor("service:deploy")} in team ${middle(service.team, 40)}: ask an admin of the team`}
            disabled={mayChange}
          >
            <Button
              type="submit"
              loading={form.isSending}
              disabled={mayChange && (changed.length === 0 || hasConflict)}
              {...(mayChange ? {} : { "data-disabled": true, "aria-disabled": true, type: "button" as const })}
            >
              Save settings
            </Button>
          </Tooltip>
          {changed.length > 0 && (
            <Button variant="default" onClick={() => adopt(service)}>
              Drop the changes
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}

interface SettingInputProps {
  setting: Setting;
  value: string;
  error: string | undefined;
  onChange: (text: string) => void;
  isReadOnly: boolean;
}

function SettingInput({ setting, value, error, onChange, isReadOnly }: SettingInputProps) {
  const common = {
    label: setting.label,
    description: setting.about,
    error,
    readOnly: isReadOnly,
    // Inputs stand in one line, however long what is said about them.
    inputWrapperOrder: ["label", "input", "error", "description"] as ("label" | "input" | "error" | "description")[],
  };
  if (setting.kind === "choice")
    return (
      <Select
        {...common}
        data={setting.choices ?? []}
        value={value === "" ? null : value}
        placeholder={`${setting.standard} (default)`}
        clearable={!isReadOnly}
        onChange={(next) => onChange(next ?? "")}
      />
    );
  return (
    <TextInput
      {...common}
      value={value}
      placeholder={`${setting.standard} (default)`}
      inputMode={setting.kind === "number" ? "numeric" : "text"}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

const orDefault = (text: string | undefined) => (text === undefined || text === "" ? "default" : text);

/** What saving would change, before it is saved. */
function Changes({
  changed,
  before,
  after,
}: {
  changed: Setting[];
  before: Record<string, string>;
  after: Record<string, string>;
}) {
  return (
    <Panel title="Not saved yet">
      <ul className={classes.changes}>
        {changed.map(({ name, label }) => (
          <li key={name}>
            <Text span size="sm">
              {label}: <bdi>{orDefault(before[name])}</bdi> → <b>{orDefault(after[name])}</b>
            </Text>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
