/** What the content scripts of one world share with each other. */

declare global {
  /** What a form field asks for, from its attributes (`field-kinds.js`). */
  var fieldKindOf: (field: Record<string, string>) => string;
  /** Whether what is typed into such a field belongs to a person (`field-kinds.js`). */
  var isPersonalKind: (kind: string) => boolean;
  /** Send a message to the background if this frame may be watched (`bridge.js`). */
  var tellBackground: (message: object) => void;
  /** Install the probes (`probes.js`); gone before the page's first script runs. */
  var installProbes: ((report: (line: string) => void) => void) | undefined;
}

export {};
