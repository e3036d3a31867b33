import { Stack } from "@mantine/core";
import { query } from "../../api/client";
import { TimeChart } from "../../charts/TimeChart";
import { bytes } from "../../state/format";
import { Empty } from "../../widgets/Empty";
import { Loaded } from "../../widgets/Loaded";

const cores = (value: number) => `${Number(value.toPrecision(3))}`;

/** CPU and memory over time, beside what was granted. */
export function UsageCharts({ job, isOpen }: { job: string; isOpen: boolean }) {
  const usage = query.useQuery(
    "get",
    "/api/v1/jobs/{id}/usage",
    { params: { path: { id: job } } },
    { refetchInterval: isOpen ? 10_000 : false },
  );
  return (
    <Loaded query={usage}>
      {(data) => {
        if (data.at.length === 0)
          return <Empty title="Nothing metered yet">Use is metered every few seconds while the code runs.</Empty>;
        const x = data.at.map((at) => Date.parse(at) / 1000);
        return (
          <Stack gap="md">
            <TimeChart
              title="CPU cores"
              x={x}
              series={[{ label: "used", values: data.cpu_cores }]}
              limits={[{ value: data.granted_cpu_cores, label: "granted" }]}
              format={cores}
              height={130}
              sync={job}
            />
            <TimeChart
              title="Memory"
              x={x}
              series={[{ label: "used", values: data.memory_bytes }]}
              limits={[{ value: data.granted_memory_bytes, label: "granted" }]}
              format={bytes}
              binary
              height={130}
              sync={job}
            />
          </Stack>
        );
      }}
    </Loaded>
  );
}
