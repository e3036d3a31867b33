"""The words at the end of the story, and the bars it has to pass."""

import json

MOST_WRONG_PERCENT = 1.0
ROLLBACK_SECONDS = 60


def money(micros, currency):
    return f"{micros / 1e6:.6f} {currency}"


def describe_costs(costs):
    """Lines of text for an answer of /api/v1/costs."""
    currency = costs["currency"]
    lines = [(f"{line['project']} {line['object']}", line["micros"], f"{line['cpu_micros'] / 1e6:.1f} s CPU") for line in costs["lines"]]
    lines.append(("idle (capacity nobody used)", costs["idle_micros"], ""))
    if costs["unattributed_micros"]:
        lines.append(("unattributed", costs["unattributed_micros"], ""))
    lines.append(("all", costs["whole_micros"], ""))
    return [f"{name:<40} {money(micros, currency):>18}   {note}".rstrip() for name, micros, note in lines]


def describe_traffic(traffic):
    requests, wrong = traffic.counts()
    share = 100 * wrong / max(1, requests)
    words = [
        f"{requests} requests in {traffic.seconds:.0f} s, p50 {traffic.quantile_ms(0.5):.1f} ms, p99 {traffic.quantile_ms(0.99):.1f} ms",
        f"{wrong} of them answered wrongly: {share:.3f} % (at most {MOST_WRONG_PERCENT} %)",
    ]
    words += [f"  revision {revision}: {count} {fault}" for (revision, fault), count in sorted(traffic.wrong.items(), key=str)]
    return words


def costs_add_up(costs):
    return costs["whole_micros"] == sum(line["micros"] for line in costs["lines"]) + costs["unattributed_micros"] + costs["idle_micros"]


def bars(traffic, rollback_seconds, costs):
    """(what, passed) for each bar of the whole story."""
    requests, wrong = traffic.counts()
    return [
        (f"at most {MOST_WRONG_PERCENT} % of all answers were wrong", requests > 0 and 100 * wrong <= MOST_WRONG_PERCENT * requests),
        (f"the broken model was away within {ROLLBACK_SECONDS} s", rollback_seconds is not None and rollback_seconds <= ROLLBACK_SECONDS),
        ("costs by object, unattributed and idle add up to the whole", costs_add_up(costs)),
    ]


def write_report(path, report):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(report, file, indent=2)
        file.write("\n")
