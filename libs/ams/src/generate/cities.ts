export interface City {
  readonly name: string;
  readonly postalCode: string;
  readonly areaCode: string;
  readonly country: "Deutschland" | "Österreich" | "Schweiz";
}

/** Real pairs, so that a map, a sort by postal code or a German reader finds nothing odd. */
const GERMAN = `
01067 0351 Dresden
02826 03581 Görlitz
03046 0355 Cottbus
04109 0341 Leipzig
06108 0345 Halle (Saale)
09111 0371 Chemnitz
10115 030 Berlin
14467 0331 Potsdam
17489 03834 Greifswald
18055 0381 Rostock
20095 040 Hamburg
23552 0451 Lübeck
24103 0431 Kiel
25980 04651 Sylt
26121 0441 Oldenburg
28195 0421 Bremen
29221 05141 Celle
30159 0511 Hannover
31785 05151 Hameln
33602 0521 Bielefeld
34117 0561 Kassel
35037 06421 Marburg
37073 0551 Göttingen
38100 0531 Braunschweig
39104 0391 Magdeburg
40213 0211 Düsseldorf
41061 02161 Mönchengladbach
42103 0202 Wuppertal
44135 0231 Dortmund
44787 0234 Bochum
45127 0201 Essen
45879 0209 Gelsenkirchen
46045 0208 Oberhausen
47051 0203 Duisburg
47798 02151 Krefeld
48143 0251 Münster
49074 0541 Osnabrück
50667 0221 Köln
52062 0241 Aachen
53111 0228 Bonn
54290 0651 Trier
55116 06131 Mainz
58095 02331 Hagen
59065 02381 Hamm
60311 069 Frankfurt am Main
64283 06151 Darmstadt
65183 0611 Wiesbaden
66111 0681 Saarbrücken
68159 0621 Mannheim
69117 06221 Heidelberg
70173 0711 Stuttgart
72070 07071 Tübingen
73728 0711 Esslingen am Neckar
74072 07131 Heilbronn
76133 0721 Karlsruhe
79098 0761 Freiburg im Breisgau
79539 07621 Lörrach
80331 089 München
83022 08031 Rosenheim
86150 0821 Augsburg
87435 0831 Kempten (Allgäu)
88212 0751 Ravensburg
89073 0731 Ulm
90402 0911 Nürnberg
91541 09861 Rothenburg ob der Tauber
93047 0941 Regensburg
94032 0851 Passau
97070 0931 Würzburg
99084 0361 Erfurt`;

const NEIGHBOURS: readonly City[] = [
  {
    name: "Wien",
    postalCode: "1010",
    areaCode: "+43 1",
    country: "Österreich",
  },
  {
    name: "Salzburg",
    postalCode: "5020",
    areaCode: "+43 662",
    country: "Österreich",
  },
  {
    name: "Zürich",
    postalCode: "8001",
    areaCode: "+41 44",
    country: "Schweiz",
  },
];

export const CITIES: readonly City[] = [
  ...GERMAN.trim()
    .split("\n")
    .map((line): City => {
      const [postalCode = "", areaCode = "", ...name] = line.split(" ");
      return {
        name: name.join(" "),
        postalCode,
        areaCode,
        country: "Deutschland",
      };
    }),
  ...NEIGHBOURS,
];
