/** What the content scripts of one world share with each other. */

declare global {
  type PolicyKind = "privacy-policy" | "terms";
  /** What a form field asks for, from its attributes (`field-kinds.js`). */
  var fieldKindOf: (field: Record<string, string>) => string;
  /** Whether what is typed into such a field belongs to a person (`field-kinds.js`). */
  var isPersonalKind: (kind: string) => boolean;
  /** Send a message to the background if this frame may be watched (`bridge.js`). */
  var tellBackground: (message: object) => void;
  /** How sites name their policies (`generated/policy-names.js`). */
  var policyNames: {
    weights: Record<
      | "rel"
      | "text_exact"
      | "text_contains"
      | "text_extra_word"
      | "slug_exact"
      | "slug_contains"
      | "late_in_page"
      | "same_site"
      | "other_site"
      | "same_page"
      | "next_kind"
      | "least",
      number
    >;
    kinds: Record<PolicyKind, { rel: string[]; words: string[]; slugs: string[] }>;
    misses: { points: number; words: string[] }[];
    agree: string[];
    secondLevel: string[];
  };
  /** Knows links to policies and words of agreement (`naming.js`). */
  var policyNaming: {
    /** Links that may lead to a policy or terms, best first, each address once. */
    candidates: (
      links: { text: string; url: string; rel?: string }[],
      baseUrl: string,
    ) => { url: string; kind: PolicyKind; score: number }[];
    /** Whether the text of a link, or the path that it leads to, names a policy or terms. */
    isNamed: (text: string, pathname: string) => boolean;
    /** Whether a text names a policy or terms anywhere. */
    names: (text: string) => boolean;
    /** Whether a text says that somebody agrees. */
    saysAgree: (text: string) => boolean;
    /** Whether a page with these titles at this path is a policy or terms itself. */
    isDocument: (titles: string[], pathname: string) => boolean;
  };
  /** Make “What am I agreeing to?” and its card (`agreeing-card.js`). */
  var agreeingControl: (parts: {
    links: () => { text: string; url: string }[];
    leave: () => void;
  }) => { host: HTMLElement; remove: () => void };
  /** Install the probes (`probes.js`); gone before the page's first script runs. */
  var installProbes:
    ((report: (line: string) => void, wanted?: { messages?: boolean }) => void) | undefined;
}

export {};
