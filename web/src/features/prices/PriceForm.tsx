import { TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { api, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { words } from "../../state/format";
import { FormDialog } from "../../widgets/FormDialog";
import { tell } from "../../widgets/toast";
import { useServerForm } from "../../widgets/useServerForm";
import { picosOf, priceText } from "./picos";

/** Sets the price of one resource. */
export function PriceForm({ price, currency }: { price: Schemas["PriceView"]; currency: string }) {
  const [opened, dialog] = useDisclosure(false);
  const form = useServerForm({
    initial: { price: priceText(price.pico_price) },
    send: async (values, dryRun) => {
      const picos = picosOf(values.price);
      if (picos === undefined)
        throw new Problem(
          { code: "prices.unreadable", detail: "a price is a number such as 0.0316", field: "price" },
          400,
        );
      await api.PUT("/api/v1/prices/{resource}", {
        params: { path: { resource: price.resource }, query: { dry_run: dryRun } },
        body: { pico_price: picos },
      });
    },
    onDone: () => {
      dialog.close();
      tell("The price is set; bills follow it at once.");
    },
  });
  return (
    <FormDialog
      label="Change"
      button={{ variant: "subtle", size: "compact-sm" }}
      title={`Price of one ${words(price.resource)}`}
      opened={opened}
      open={dialog.open}
      close={dialog.close}
      permission="price:write"
      cli={`roadbed create price ${price.resource} --pico-price ${picosOf(form.values.price) ?? price.pico_price}`}
      submitLabel="Set the price"
      submit={form.submit}
      isSending={form.isSending}
      problem={form.problem}
    >
      <TextInput
        label={`${currency} for one ${words(price.resource)}`}
        data-autofocus
        value={form.values.price}
        error={form.errorOf("price") ?? form.errorOf("pico_price")}
        onChange={(event) => form.set("price", event.currentTarget.value)}
      />
    </FormDialog>
  );
}
