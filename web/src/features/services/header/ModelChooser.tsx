import { Group, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { query } from "../../../api/client";
import { useNow } from "../../../state/clock";
import { middle, relative } from "../../../state/format";

interface ModelChooserProps {
  model: string;
  version: string;
  onModel: (model: string) => void;
  onVersion: (version: string) => void;
  error: string | undefined;
}

/** Chooses a registered model, and one of its versions or aliases. */
export function ModelChooser({ model, version, onModel, onVersion, error }: ModelChooserProps) {
  const [search, setSearch] = useState(model);
  const [sought] = useDebouncedValue(search === model ? "" : search, 200);
  const now = useNow();
  const models = query.useQuery(
    "get",
    "/api/v1/models",
    { params: { query: { limit: 200, ...(sought === "" ? {} : { q: sought }) } } },
    { placeholderData: (before) => before },
  );
  const page = query.useQuery(
    "get",
    "/api/v1/models/{model}",
    { params: { path: { model } } },
    { enabled: model !== "" },
  );
  const names = new Set((models.data?.items ?? []).map((item) => item.name));
  if (model !== "") names.add(model);
  const versions = (page.data?.versions ?? []).map((item) => ({
    value: String(item.version),
    label: `${item.version} · ${relative(Date.parse(item.created_at), now)}${item.run ? ` · run ${item.run.slice(0, 8)}` : ""}`,
  }));
  const aliases = Object.entries(page.data?.aliases ?? {}).map(([alias, at]) => ({
    value: `@${alias}`,
    label: `@${alias} (version ${at} now)`,
  }));
  const isKnown = [...versions, ...aliases].some(({ value }) => value === version);
  const asked = { value: version, label: page.isPending ? version : `${version}, which is not there` };
  const groups = [
    { group: "Asked for", items: version === "" || isKnown ? [] : [asked] },
    { group: "Versions", items: versions },
    { group: "Aliases", items: aliases },
  ].filter(({ items }) => items.length > 0);
  return (
    <Group grow align="start" preventGrowOverflow={false}>
      <Select
        label="Model"
        placeholder={models.isPending ? "Loading" : "Choose a model"}
        data={[...names].map((name) => ({ value: name, label: middle(name, 60) }))}
        value={model === "" ? null : model}
        onChange={(next) => {
          onModel(next ?? "");
          onVersion("");
        }}
        searchable
        searchValue={search}
        onSearchChange={setSearch}
        nothingFoundMessage="No registered model has this in its name"
        required
        error={error}
        miw={200}
        data-autofocus
        openOnFocus={false}
      />
      <Select
        label="Version"
        placeholder={model === "" ? "Choose a model first" : "Choose a version"}
        data={groups}
        value={version === "" ? null : version}
        onChange={(next) => onVersion(next ?? "")}
        disabled={model === ""}
        nothingFoundMessage="It has no version yet"
        required
        miw={180}
      />
    </Group>
  );
}
