import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The server replaces this text in index.html with a fresh nonce for every answer.
const NONCE_PLACEHOLDER = "__ROADBED_NONCE__";
const control = process.env.ROADBED_URL ?? "http://127.0.0.1:7070";

export default defineConfig({
  plugins: [react()],
  html: { cspNonce: NONCE_PLACEHOLDER },
  build: {
    target: "es2023",
    cssCodeSplit: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What the first look needs is one file: the bundler would make a request of each part that a later page uses too.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "first", tags: ["$initial"] }] } } },
  },
  server: { proxy: { "/api": control, "/login": control, "/docs": control, "/readyz": control } },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
