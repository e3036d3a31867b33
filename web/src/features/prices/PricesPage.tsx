import { Text } from "@mantine/core";
import { query } from "../../api/client";
import { words } from "../../state/format";
import { Link } from "../../widgets/Link";
import { Loaded } from "../../widgets/Loaded";
import { Panel } from "../../widgets/Panel";
import { Person } from "../../widgets/Person";
import { SettingsPage } from "../../widgets/SettingsPage";
import { Table } from "../../widgets/Table";
import { Time } from "../../widgets/Time";
import { PriceForm } from "./PriceForm";
import { priceText } from "./picos";

/** What one hour of a resource costs. */
export default function PricesPage() {
  const prices = query.useQuery("get", "/api/v1/prices");
  return (
    <SettingsPage title="Price book">
      <Text size="sm" c="dimmed" maw={720}>
        A bill is what was used times these prices. A new price counts at once, also for what was used before.{" "}
        <Link underline="always" to="/costs">
          What it came to
        </Link>
      </Text>
      <Panel flush>
        <Loaded query={prices}>
          {(data) => (
            <Table
              label="Prices"
              rows={data.items}
              rowKey={(price) => price.resource}
              columns={[
                { id: "resource", title: "Resource", cell: (price) => words(price.resource) },
                {
                  id: "price",
                  title: `Price (${data.currency})`,
                  cell: (price) => priceText(price.pico_price),
                  align: "right",
                },
                {
                  id: "changed",
                  title: "Set",
                  cell: (price) => (price.changed_at ? <Time at={price.changed_at} /> : "built in"),
                  from: "sm",
                },
                {
                  id: "by",
                  title: "By",
                  cell: (price) => (price.changed_by ? <Person actor={price.changed_by} /> : "–"),
                  from: "md",
                },
                {
                  id: "change",
                  title: "",
                  cell: (price) => <PriceForm price={price} currency={data.currency} />,
                  align: "right",
                },
              ]}
            />
          )}
        </Loaded>
      </Panel>
    </SettingsPage>
  );
}
