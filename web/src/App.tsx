import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { setNonce } from "get-nonce";
import { Problem } from "./api/problem";
import { Frame } from "./frame/Frame";
import { features } from "./routes";
import { KnownFeatures } from "./state/knownFeatures";
import { startLive } from "./state/live";
import { renewOnNews } from "./state/renewal";
import { cssVariables, theme } from "./theme";

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

// Dialogs lock the page's scrolling by a style of their own, which needs the nonce too.
setNonce(nonce);

/** What a client did wrong stays wrong when asked again; a server that is away may be back. */
const isWorthRetrying = (failures: number, error: unknown) =>
  error instanceof Problem && (error.status === 0 || error.status >= 502) ? failures < 20 : false;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: isWorthRetrying,
      retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 4_000),
      refetchOnWindowFocus: true,
    },
    mutations: { retry: false },
  },
});
renewOnNews(
  client,
  features.map((feature) => feature.renewals ?? {}),
);
startLive();

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      colorSchemeManager={localStorageColorSchemeManager({ key: "roadbed.scheme" })}
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={client}>
        <KnownFeatures value={features}>
          <Frame features={features} />
        </KnownFeatures>
      </QueryClientProvider>
    </MantineProvider>
  );
}
