const words = (text: string): readonly string[] =>
  text.replaceAll("\n", "").split(",");

const EITHER = `Angestellte(r),Koch/Köchin,Selbständig,Diplom-Ingenieur (FH),Freiberufler,in Elternzeit`;

export const PROFESSIONS = {
  female:
    words(`Altenpflegerin,Apothekerin,Architektin,Arzthelferin,Bürokauffrau,Ergotherapeutin,Erzieherin,
Fachärztin für Innere Medizin,Friseurmeisterin,Goldschmiedin,Grundschullehrerin,Hausfrau,Hebamme,Heilpraktikerin,
Informatikerin,Logopädin,Notarin,Oberstudienrätin,Physiotherapeutin,Polizistin,Rechtsanwältin,Rentnerin,
Sozialpädagogin,Steuerberaterin,Tierärztin,Verkäuferin,Zahnärztin,${EITHER}`),
  male: words(`Anlagenmechaniker,Bankkaufmann,Bäckermeister,Beamter,Berufskraftfahrer,Dachdecker,Elektroniker,
Feuerwehrmann,Fleischermeister,Fliesenleger,Geschäftsführer,Gärtner,Hausmeister,Industriemechaniker,
Justizvollzugsbeamter,Kfz-Mechatroniker,Krankenpfleger,Landwirt,Maler und Lackierer,Maurer,Musiklehrer,Optiker,
Rechtsanwalt,Rentner,Schornsteinfeger,Schreinermeister,Soldat,Zimmermann,Zugbegleiter,${EITHER}`),
} as const;

/** What firms do, for a name like "Schäfer Elektrotechnik GmbH" and for the column profession. */
export const TRADES = [
  "Autohaus",
  "Bauunternehmung",
  "Bäckerei",
  "Dachdeckerei",
  "Druckerei",
  "Elektrotechnik",
  "Fahrschule",
  "Fleischerei",
  "Gärtnerei",
  "Gebäudereinigung",
  "Getränkehandel",
  "Heizung & Sanitär",
  "Hotel",
  "Immobilien",
  "Ingenieurbüro",
  "Küchenstudio",
  "Maschinenbau",
  "Metallbau",
  "Möbelhaus",
  "Pflegedienst",
  "Schreinerei",
  "Softwarehaus",
  "Spedition",
  "Weinhandlung",
  "Zahntechnik",
] as const;

export const LEGAL_FORMS = [
  "GmbH",
  "GmbH",
  "GmbH",
  "GmbH & Co. KG",
  "AG",
  "KG",
  "OHG",
  "e. K.",
  "GbR",
  "UG (haftungsbeschränkt)",
  "e. V.",
  "eG",
  "PartG mbB",
] as const;

export const INSURERS = [
  "Nordlicht",
  "Alpenland",
  "Rheingold",
  "Hansemond",
  "Schwäbische Treue",
  "Bürgerhort",
  "Märkische Feuersozietät von 1799",
  "Löwenfels",
  "Kurpfälzer Hort",
  "Weserbergland",
  "Elbblick",
  "Saarbrücker Sonne",
] as const;

export const INSURER_KINDS = [
  "Lebensversicherung AG",
  "Krankenversicherung a. G.",
  "Sachversicherung AG",
  "Rechtsschutz-Versicherungs-AG",
  "Versicherungsverein auf Gegenseitigkeit",
  "Pensionskasse VVaG",
] as const;

export const TAGS = [
  "Newsletter",
  "VIP",
  "Weihnachtskarte",
  "Altersvorsorge",
  "Kfz",
  "Großkunde",
  "Kündigung droht",
  "Bestandsübertragung 2019",
  "Geburtstagsgruß",
  "nicht anrufen!",
  "Gewerbe; Prüfung nötig",
  "Hausbesitzer",
] as const;

export const DEPARTMENTS = ["Innendienst", "Außendienst", "Geschäftsführung"];

export const REASONS = [
  "Jahresgespräch",
  "Schadenaufnahme",
  "Beratung Berufsunfähigkeit",
  "Kfz-Wechsel, Angebote vergleichen",
  "Telefontermin",
  "Vertragsunterlagen abholen; Ausweis prüfen",
  "Erstgespräch",
  "Baufinanzierung: Anschlusszinsen",
  "Betriebsbegehung",
  "Gesundheitsprüfung / Risikovoranfrage",
  "Übergabe Police",
  "Rückruf wg. Kündigung",
  "Geburtstag",
  "Gespräch „Rente & Pflege“",
] as const;

export const ALL_DAY_REASONS = [
  "Urlaub",
  "Fortbildung (IHK)",
  "Messe Dortmund",
  "Geburtstag",
  "Frist: Widerspruch",
] as const;

export const SENTENCES = [
  "Kunde bittet um Rückruf nach 17:00 Uhr, vorher nicht erreichbar.",
  "Unterlagen mitbringen: Ausweis, alte Police, Zählerstand; Fotos vom Schaden.",
  "Ablage unter C:\\Kunden\\Verträge\\2024\\Antrag_Müller.pdf",
  "Selbstbeteiligung 150,00 € (Teilkasko) bzw. 300,00 € (Vollkasko) besprochen.",
  "Die Tochter zieht zum Studium nach Köln – Haftpflicht prüfen!",
  "Achtung: Vorerkrankung beim Vorversicherer nicht angegeben; Anzeigepflicht erklären.",
  "Beitrag steigt zum 1.1. um 4,7 %, Sonderkündigungsrecht erwähnt.",
  "Hausrat: 65 m², Versicherungssumme 650 €/m², Fahrraddiebstahl eingeschlossen.",
  'Er sagte wörtlich: "Das muss ich erst mit meiner Frau besprechen."',
  "Parken im Hof möglich, Klingel „Schäfer / Öztürk“.",
  "Versicherungsnummer folgt per Post\\Fax.",
  "Wiedervorlage in 14 Tagen.",
  "Protokoll nach § 61 VVG ausgehändigt und unterschrieben zurück.",
  "Zweitschrift an den Steuerberater; Kopie an uns.",
  "Wünscht kein Papier mehr, alles per E-Mail.",
  "Zum 50. Geburtstag Blumen besorgen 🎂",
] as const;
