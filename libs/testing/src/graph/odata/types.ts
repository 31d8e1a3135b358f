import {
  complex,
  fixed,
  flag,
  many,
  moment,
  oneOf,
  readOnly,
  text,
  whole,
  type Property,
  type StructuredType,
} from "./edm.js";

/** The types of Graph v1.0 (CSDL) that the simulator holds, without what it never answers. */
const type = (
  name: string,
  properties: Readonly<Record<string, Property>>,
): StructuredType => ({ name: `microsoft.graph.${name}`, properties });

const texts = (...names: string[]): Record<string, Property> =>
  Object.fromEntries(names.map((name) => [name, text]));

const emailAddress = type("emailAddress", texts("address", "name"));

const physicalAddress = type(
  "physicalAddress",
  texts("city", "countryOrRegion", "postalCode", "state", "street"),
);

const item = {
  id: readOnly(text),
  changeKey: readOnly(text),
  createdDateTime: readOnly(moment),
  lastModifiedDateTime: readOnly(moment),
  categories: many(text),
};

export const contactType = type("contact", {
  ...item,
  ...texts(
    ...["assistantName", "businessHomePage", "companyName", "department"],
    ...["displayName", "fileAs", "generation", "givenName", "initials"],
    ...["jobTitle", "manager", "middleName", "mobilePhone", "nickName"],
    ...["officeLocation", "personalNotes", "profession", "spouseName"],
    ...["surname", "title", "yomiCompanyName", "yomiGivenName"],
    "yomiSurname",
  ),
  parentFolderId: readOnly(text),
  birthday: moment,
  businessAddress: complex(physicalAddress),
  homeAddress: complex(physicalAddress),
  otherAddress: complex(physicalAddress),
  businessPhones: many(text),
  homePhones: many(text),
  imAddresses: many(text),
  children: many(text),
  emailAddresses: many(complex(emailAddress)),
});

export const contactFolderType = type("contactFolder", {
  id: readOnly(text),
  parentFolderId: readOnly(text),
  displayName: text,
});

export const calendarType = type("calendar", {
  id: readOnly(text),
  changeKey: readOnly(text),
  name: text,
  color: oneOf(
    ...["auto", "lightBlue", "lightGreen", "lightOrange", "lightGray"],
    ...["lightYellow", "lightTeal", "lightPink", "lightBrown", "lightRed"],
    "maxColor",
  ),
  hexColor: readOnly(text),
  isDefaultCalendar: flag,
  isRemovable: readOnly(flag),
  canEdit: readOnly(flag),
  canShare: readOnly(flag),
  canViewPrivateItems: readOnly(flag),
  owner: readOnly(complex(emailAddress)),
});

export const categoryType = type("outlookCategory", {
  id: readOnly(text),
  displayName: fixed(text),
  color: oneOf(
    "none",
    ...Array.from({ length: 25 }, (_, index) => `preset${index}`),
  ),
});

export const dateTimeTimeZone = type(
  "dateTimeTimeZone",
  texts("dateTime", "timeZone"),
);

const itemBody = type("itemBody", {
  content: text,
  contentType: oneOf("text", "html"),
});

const location = type("location", {
  ...texts("displayName", "locationEmailAddress", "locationUri", "uniqueId"),
  address: complex(physicalAddress),
});

const recipient = type("recipient", { emailAddress: complex(emailAddress) });

const responseStatus = type("responseStatus", {
  response: oneOf(
    ...["none", "organizer", "tentativelyAccepted", "accepted", "declined"],
    "notResponded",
  ),
  time: moment,
});

const attendee = type("attendee", {
  ...recipient.properties,
  type: oneOf("required", "optional", "resource"),
  status: complex(responseStatus),
});

const day = oneOf(
  ...["sunday", "monday", "tuesday", "wednesday", "thursday", "friday"],
  "saturday",
);

const recurrence = type("patternedRecurrence", {
  pattern: complex(
    type("recurrencePattern", {
      type: oneOf(
        ...["daily", "weekly", "absoluteMonthly", "relativeMonthly"],
        ...["absoluteYearly", "relativeYearly"],
      ),
      interval: whole,
      month: whole,
      dayOfMonth: whole,
      daysOfWeek: many(day),
      firstDayOfWeek: day,
      index: oneOf("first", "second", "third", "fourth", "last"),
    }),
  ),
  range: complex(
    type("recurrenceRange", {
      type: oneOf("endDate", "noEnd", "numbered"),
      ...texts("startDate", "endDate", "recurrenceTimeZone"),
      numberOfOccurrences: whole,
    }),
  ),
});

export const eventType = type("event", {
  ...item,
  ...texts("subject"),
  allowNewTimeProposals: flag,
  attendees: many(complex(attendee)),
  body: complex(itemBody),
  bodyPreview: readOnly(text),
  start: complex(dateTimeTimeZone),
  end: complex(dateTimeTimeZone),
  hasAttachments: readOnly(flag),
  hideAttendees: flag,
  iCalUId: readOnly(text),
  importance: oneOf("low", "normal", "high"),
  isAllDay: flag,
  isCancelled: readOnly(flag),
  isDraft: readOnly(flag),
  isOnlineMeeting: flag,
  isOrganizer: readOnly(flag),
  isReminderOn: flag,
  location: complex(location),
  locations: many(complex(location)),
  organizer: complex(recipient),
  originalEndTimeZone: readOnly(text),
  originalStart: readOnly(moment),
  originalStartTimeZone: readOnly(text),
  recurrence: complex(recurrence),
  reminderMinutesBeforeStart: whole,
  responseRequested: flag,
  responseStatus: readOnly(complex(responseStatus)),
  sensitivity: oneOf("normal", "personal", "private", "confidential"),
  seriesMasterId: readOnly(text),
  showAs: oneOf(
    ...["unknown", "free", "tentative", "busy", "oof", "workingElsewhere"],
  ),
  transactionId: fixed(text),
  type: readOnly(
    oneOf("singleInstance", "occurrence", "exception", "seriesMaster"),
  ),
  webLink: readOnly(text),
});

export const subscriptionType = type("subscription", {
  id: readOnly(text),
  applicationId: readOnly(text),
  creatorId: readOnly(text),
  ...texts(
    ...["changeType", "clientState", "encryptionCertificate"],
    ...["encryptionCertificateId", "latestSupportedTlsVersion"],
    ...["lifecycleNotificationUrl", "notificationQueryOptions"],
    ...["notificationUrl", "notificationUrlAppId", "resource"],
  ),
  expirationDateTime: moment,
  includeResourceData: flag,
});
