/**
 * What a form field asks for, from what it says about itself.
 *
 * Runs as a classic script beside `fields.js` and is imported by the background; the one function
 * is `globalThis.fieldKindOf`. The words are those of `assistant/knowledge/site/fields.yaml`; a
 * test fails while they differ.
 */
{
  /** The first kind that fits is taken. */
  /** @type {Record<string, Record<"types" | "autocomplete" | "words" | "stems", string[]>>} */
  const SIGNS = {
    password: {
      types: ["password"],
      autocomplete: ["current-password", "new-password"],
      words: ["passwort", "password", "passwd", "contraseña", "contrasena", "wachtwoord", "hasło"],
      stems: ["password", "passwort", "motdepasse"],
    },
    email: {
      types: ["email"],
      autocomplete: ["email"],
      words: ["email", "mail", "correo", "courriel"],
      stems: ["email", "e-mail"],
    },
    card: {
      types: [],
      autocomplete: ["cc-number"],
      words: ["cardnumber", "ccnumber", "kartennummer", "pan"],
      stems: ["cardnumber", "card-number", "creditcard", "kreditkarte", "numerodecarte", "tarjeta"],
    },
    phone: {
      types: ["tel"],
      autocomplete: ["tel", "tel-national", "tel-local"],
      words: [
        "phone",
        "tel",
        "telephone",
        "mobile",
        "cell",
        "telefon",
        "handy",
        "telefono",
        "teléfono",
        "téléphone",
        "telefone",
        "telefoon",
        "gsm",
      ],
      stems: ["phone", "telefon"],
    },
    search: {
      types: ["search"],
      autocomplete: [],
      words: [
        "search",
        "q",
        "query",
        "suche",
        "suchen",
        "buscar",
        "recherche",
        "rechercher",
        "cerca",
        "cercare",
        "zoeken",
        "pesquisa",
        "szukaj",
        "keyword",
        "keywords",
      ],
      stems: [],
    },
    address: {
      types: [],
      autocomplete: [
        "street-address",
        "address-line1",
        "address-line2",
        "postal-code",
        "address-level2",
      ],
      words: [
        "address",
        "address1",
        "street",
        "adresse",
        "strasse",
        "straße",
        "dirección",
        "direccion",
        "indirizzo",
        "adres",
        "endereço",
        "zip",
        "postcode",
        "plz",
        "city",
        "ort",
        "ville",
        "ciudad",
        "città",
      ],
      stems: ["streetaddress", "addressline", "postalcode"],
    },
    name: {
      types: [],
      autocomplete: ["name", "given-name", "family-name", "additional-name"],
      words: [
        "name",
        "fullname",
        "firstname",
        "lastname",
        "surname",
        "forename",
        "fname",
        "lname",
        "vorname",
        "nachname",
        "nom",
        "prénom",
        "prenom",
        "nombre",
        "apellido",
        "apellidos",
        "nome",
        "cognome",
        "naam",
        "voornaam",
        "achternaam",
        "imię",
        "nazwisko",
      ],
      stems: ["firstname", "lastname", "fullname"],
    },
  };

  /** @type {Set<string>} */
  const PERSONAL = new Set(["password", "email", "card", "phone", "address", "name"]);
  const SAID = ["name", "id", "placeholder", "aria-label", "label"];
  const WORD = /[\p{L}\p{N}]+/gu;
  const CAMEL = /(?<=[a-z])(?=[A-Z])/g;

  /**
   * @param {Record<string, string>} field Its attributes.
   * @returns {string} `text` where nothing says what it asks for.
   */
  globalThis.fieldKindOf = (field) => {
    const tokens = (field["autocomplete"] ?? "").toLowerCase().split(/\s+/);
    const type = (field["type"] ?? "").toLowerCase();
    const said = SAID.map((name) => field[name] ?? "");
    const words = new Set(
      said
        .flatMap((text) => [
          ...(text.match(WORD) ?? []),
          ...(text.replace(CAMEL, " ").match(WORD) ?? []),
        ])
        .map((word) => word.toLowerCase()),
    );
    const whole = said.join(" ").toLowerCase();
    for (const [kind, { types, autocomplete }] of Object.entries(SIGNS)) {
      if (types.includes(type) || autocomplete.some((token) => tokens.includes(token))) return kind;
    }
    for (const [kind, signs] of Object.entries(SIGNS)) {
      if (
        signs.words.some((word) => words.has(word)) ||
        signs.stems.some((stem) => whole.includes(stem))
      ) {
        return kind;
      }
    }
    return "text";
  };

  /** Whether what is typed into such a field belongs to a person. */
  globalThis.isPersonalKind = (kind) => PERSONAL.has(kind);
}
