const LOCALE = "en-GB";
const DAY_SECONDS = 86_400;

const day = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" });
const minute = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" });
const second = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** Texts at the ticks of a time axis, `stepSeconds` apart; the day stands below where it begins. 24 hours, because charts travel between countries. */
export function timeTicks(ticks: number[], stepSeconds: number): string[] {
  let before = "";
  return ticks.map((tick) => {
    const moment = new Date(tick * 1000);
    const date = day.format(moment);
    if (stepSeconds >= DAY_SECONDS) return date;
    const time = (stepSeconds < 60 ? second : minute).format(moment);
    const isNewDay = date !== before;
    before = date;
    return isNewDay ? `${time}\n${date}` : time;
  });
}

/** A moment below the pointer; with its day where the chart spans more than one. */
export function timeAt(seconds: number, spanSeconds: number): string {
  const moment = new Date(seconds * 1000);
  return spanSeconds >= DAY_SECONDS ? `${day.format(moment)} ${minute.format(moment)}` : second.format(moment);
}
