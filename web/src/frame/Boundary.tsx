import { Button, Stack } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { ButtonLink } from "../widgets/ButtonLink";
import { Page } from "../widgets/Page";
import { Refusal } from "../widgets/Refusal";

/** A page that breaks leaves the frame standing and offers a way on. */
export class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error: error ?? new Error("unknown") };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return (
      <Page title="This page broke">
        <Stack align="start">
          <Refusal error={this.state.error} title="The portal failed, not the platform" />
          <Button.Group>
            <Button variant="default" onClick={() => location.reload()}>
              Load it again
            </Button>
            <ButtonLink to="/" variant="default">
              Go home
            </ButtonLink>
          </Button.Group>
        </Stack>
      </Page>
    );
  }
}
