export const leaving = {
  disconnect: "Disconnect account",
  title: "Disconnect this account?",
  text: 'Nothing will be transferred between ams and "{{system}}" ({{username}}) afterwards. The stored password is deleted.',
  question: "What is to become of the entries there?",
  formerQuestion: "What is to become of the entries at the former place?",
  remove: "Remove the entries that ams made",
  there: "Entries there",
  removeHint:
    "Only what ams made there is deleted there. What you made there yourself stays. Nothing changes in ams.",
  leave: "Leave everything there",
  leaveHint: "It stays as it is and is no longer updated.",
  chooseFirst: "Please choose one of the two first.",
  yes: "Disconnect",
  state: {
    remove:
      "This account is being disconnected. What ams made there is being removed.",
    leave:
      "This account is being disconnected. Everything there stays as it is.",
  },
  short: {
    remove: "being disconnected, entries are being removed",
    leave: "being disconnected",
  },
  left: "Still connected: {{count}}",
  instead:
    "The server does not accept the password. Enter a new one, or leave everything there.",
  leaveInstead: "Leave everything there instead",
  ended: "The account is disconnected",
  endedText: "Nothing is transferred any more.",
  backToUser: "To the user's synchronisation",
  afterRemoval:
    'The present account is being disconnected. As soon as everything is removed you can set up "{{to}}".',
  newPassword: "Enter a new password",
  newPasswordText:
    'The password for "{{username}}" is checked at the server and then stored.',
  newPasswordSaved: "The new password is stored; the transfer goes on.",
  previous: "What becomes of the former place?",
  previousText:
    "You have changed the server, the user name, the address book or the calendar. Nothing is updated at the old place any more.",
  previousYes: "Save",
  former: "The former place is still being cleared",
  formerText:
    "What ams made there is deleted with the former login. This notice goes by itself when that is done.",
  formerState: "This is a former place. What ams made there is being removed.",
  formerEnded: "The former place is cleared",
  formerEndedText: "What ams had made there is removed.",
  formerLeft: "Nothing more is removed at the former place",
  formerLeftText:
    "What ams had made there and was not removed yet has stayed. It is no longer updated.",
};
