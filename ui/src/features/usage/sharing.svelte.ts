// What a vendor's page does about usage: what stands there is a draft until the system has asked; taking back counts at once.

import type { Failure, GrantPlan, UsagePage } from "../../backend/types";
import { router } from "../../route.svelte";
import { failureOf, type Session } from "../../session.svelte";
import { t, type Key } from "../../words/words";

/** Nothing is asked where nothing can be shared, or where what was taken back is still ending. */
const ASKS: UsagePage["state"][] = ["not_asked", "off", "on", "withdrawn", "expired"];

export class Sharing {
  page = $state.raw<UsagePage | null>(null);
  /** The very words that are agreed to, or refused. */
  plan = $state.raw<GrantPlan | null>(null);
  /** What is chosen and not agreed to; null where nothing was begun. */
  draft = $state.raw<string[] | null>(null);
  failure = $state.raw<Failure | null>(null);
  said = $state.raw<Key | null>(null);

  readonly vendor: string;
  readonly #session: Session;
  /** One thing after another: what is shown is not made anew while the system asks about it. */
  #last: Promise<unknown> = Promise.resolve();
  #asking = false;
  #ended = false;

  constructor(session: Session, vendor: string) {
    this.#session = session;
    this.vendor = vendor;
  }

  get shared(): string[] {
    return (this.page?.items ?? []).filter(({ until }) => until !== null).map(({ item }) => item);
  }
  get chosen(): string[] {
    return this.draft ?? (this.isOn ? this.shared : []);
  }
  get isOn(): boolean {
    return this.page?.state === "on";
  }
  /** A lock takes nothing back, and is in nobody's way to do so. */
  get isLockedShared(): boolean {
    return this.page?.state === "locked" && this.shared.length > 0;
  }
  get canStop(): boolean {
    return this.isOn || this.isLockedShared || this.page?.state === "withdrawing";
  }
  get asks(): boolean {
    return this.page !== null && ASKS.includes(this.page.state);
  }
  /** Whoever was never asked is; else only who begins. */
  get isAsked(): boolean {
    return this.page?.state === "not_asked" || this.draft !== null;
  }

  load = (): Promise<void> => this.#next(() => this.#look());

  /** Off counts at once; on is a draft without a choice. */
  switch(on: boolean): Promise<void> {
    return !on && this.isOn ? this.stop(false) : this.#choose(on ? this.chosen : null);
  }

  /** What is shared ends at once; what is not is a draft. */
  choose(item: string, on: boolean): Promise<void> {
    if (!on && this.isOn && this.shared.includes(item)) {
      this.draft = this.draft && this.draft.filter((one) => one !== item);
      return this.#act(async () => {
        await this.#session.backend.withdrawUsageItem(this.vendor, item);
        this.said = "usage.itemStopped";
      });
    }
    const offered = (this.page?.items ?? []).map((one) => one.item);
    const chosen = offered.filter((one) => (one === item ? on : this.chosen.includes(one)));
    return this.#choose(this.isOn && chosen.every((one) => this.shared.includes(one)) ? null : chosen);
  }

  async share(): Promise<void> {
    if (!this.chosen.length) {
      this.said = "usage.chooseFirst";
      return;
    }
    await this.#ask(async (preview) => {
      const agreed = await this.#session.backend.grantUsage(preview);
      this.said = agreed ? null : "usage.notAgreed";
      if (agreed) this.draft = null;
    });
  }

  /** A no is written down as well as a yes. */
  refuse = (): Promise<void> => this.#ask(async (preview) => {
    await this.#session.backend.refuseUsage(preview);
    this.draft = null;
    this.said = "usage.keptOff";
  });

  /** What was begun is not wanted, and what is agreed to goes on. */
  leave = (): Promise<void> => this.#choose(null);

  stop(erase: boolean): Promise<void> {
    this.draft = null;
    return this.#act(async () => {
      const { toErase } = await this.#session.backend.withdrawUsage(this.vendor, erase);
      this.said = erase && !toErase ? "usage.stoppedNone" : "usage.stopped";
      if (erase && toErase) router.go({ page: "erase-usage", vendor: this.vendor });
    });
  }

  lock = (): Promise<void> => this.#act(() => this.#session.backend.lockUsage());
  lift = (): Promise<void> => this.#act(() => this.#session.backend.liftUsageLock());

  /** What was prepared is forgotten. */
  end(): void {
    this.#ended = true;
    this.#take(null);
  }

  get words(): string {
    return this.said === null ? "" : t(this.said);
  }

  #choose(draft: string[] | null): Promise<void> {
    this.draft = draft;
    this.said = null;
    return this.#next(() => this.#plan());
  }

  async #look(): Promise<void> {
    this.page = await this.#session.backend.usagePage(this.vendor);
    await this.#plan();
  }

  /** What is asked is shown in its very words, made anew with each choice; the earlier words stay until then. */
  async #plan(): Promise<void> {
    this.#take(this.asks && this.isAsked ? await this.#session.backend.planUsageGrant(this.vendor, this.chosen) : null);
  }

  #take(plan: GrantPlan | null): void {
    for (const gone of [this.plan, this.#ended ? plan : null]) {
      if (gone) void this.#session.backend.discard(gone.preview).catch(() => undefined);
    }
    this.plan = this.#ended ? null : plan;
  }

  /** About what is shown. A dialog of the system may be open for it: what is pressed meanwhile is not done as well. */
  async #ask(about: (preview: number) => Promise<void>): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    await this.#act(async () => {
      try {
        if (this.plan) await about(this.plan.preview);
      } finally {
        this.#asking = false;
      }
    });
  }

  #act = (doing: () => Promise<unknown>): Promise<void> => this.#next(async () => {
    this.failure = this.said = null;
    try {
      await doing();
    } finally {
      await this.#look();
    }
  });

  #next(doing: () => Promise<void>): Promise<void> {
    const done = this.#last.then(doing).catch((thrown: unknown) => {
      this.failure = failureOf(thrown);
    });
    this.#last = done;
    return done;
  }
}
