import { Page } from "../../widgets/Page";

export default function HomePage() {
  return <Page title="Home">{null}</Page>;
}
