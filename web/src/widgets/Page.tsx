import { Group, Text, Title } from "@mantine/core";
import { Fragment, type ReactNode, useEffect } from "react";
import { middle } from "../state/format";
import { Link } from "./Link";
import classes from "./Page.module.css";

export interface Crumb {
  label: string;
  to: string;
}

interface PageProps {
  title: string;
  /** Small word above the title's right: kind of thing, state. */
  beside?: ReactNode;
  /** One line of facts below the title. */
  facts?: ReactNode;
  crumbs?: Crumb[];
  /** Buttons at the right. */
  actions?: ReactNode;
  children: ReactNode;
}

/** The frame of every page: where it is, what it is called, what can be done, then its content. */
export function Page({ title, beside, facts, crumbs = [], actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${middle(title, 60)} · Roadbed`;
  }, [title]);
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        {crumbs.length > 0 && (
          <nav aria-label="Breadcrumbs" className={classes.crumbs}>
            {crumbs.map((crumb) => (
              <Fragment key={crumb.to}>
                <Link to={crumb.to} size="sm">
                  <bdi>{middle(crumb.label, 40)}</bdi>
                </Link>
                <span aria-hidden>/</span>
              </Fragment>
            ))}
          </nav>
        )}
        <div className={classes.line}>
          <Group gap="sm" wrap="wrap" className={classes.name}>
            <Title order={1} className={classes.title} title={title}>
              <bdi>{middle(title, 120)}</bdi>
            </Title>
            {beside}
          </Group>
          {actions && <Group gap="xs">{actions}</Group>}
        </div>
        {facts && (
          <Text component="div" size="sm" c="dimmed" className={classes.facts}>
            {facts}
          </Text>
        )}
      </header>
      {children}
    </div>
  );
}
