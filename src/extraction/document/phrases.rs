//! The wording of what stands around a story on a news page, in English and in lower case.
//!
//! One phrase an entry; how each list is matched is said above it. `furniture.rs` does the matching.

/// Lines of menus and widgets, in lower case; a line that is made of nothing else is furniture wherever it stands.
pub(super) const NAVIGATION: &str = "all news|accessibility links|breaking news|breaking|listen live|listen|watch live|watch|live|live tv|live updates|on air|\
    get short url|short url|home|homepage|home page|menu|main menu|search|site search|search site|subscribe|subscribe now|sign in|sign up|log in|login|\
    logout|log out|register|my account|account|profile|settings|skip to content|skip to main content|skip to navigation|skip to search|\
    back|back to top|top|to top|up|previous|next|prev|more|show more|load more|load more news|see all|view all|all|close|open|print|print page|print version|\
    email|e-mail|mail|send|save|save article|bookmark|copy|copy link|copy url|link|link copied|share|share article|share this|share this article|\
    share this page|share on|shares|tweet|like|comment|comments|add comment|leave a comment|post a comment|no comments|view comments|discussion|discuss|\
    facebook|twitter|x|telegram|whatsapp|vk|vkontakte|ok|odnoklassniki|livejournal|linkedin|reddit|pinterest|instagram|youtube|tumblr|viber|google+|\
    google plus|flipboard|rss|rss feed|podcast|podcasts|newsletter|newsletters|mobile|apps|android|ios|photo|photos|photo gallery|gallery|galleries|\
    video|videos|audio|multimedia|infographics|in pictures|news|latest|latest news|top news|top stories|world|world news|international|national|local|politics|\
    economy|business|business & economy|military & defense|defense|defence|security|society|society & culture|culture|science|science & technology|science & space|\
    technology|tech|sport|sports|opinion|opinions|op-ed|op-eds|editorial|analysis|features|feature|columns|columnists|viral|health|travel|weather|lifestyle|\
    entertainment|press review|press releases|interviews|interview|special projects|archive|archives|russia|ukraine|europe|asia|africa|americas|america|us|usa|uk|\
    middle east|asia & pacific|asia pacific|latin america|advertisement|advertising|ad|sponsored|sponsored content|promoted|loading|please wait|\
    english|русский|العربية|font size|text size|a a a|a+|a-|reset|embed|embed code|direct link|pop-out player|no media source currently available|\
    auto|play|pause|mute|unmute|fullscreen|download|min read|cookie settings|accept|accept all|accept cookies|i agree|got it|manage preferences|\
    editions|edition|today|today's paper|contents|table of contents|sections|topics a-z|breadcrumb|you are here";

/// Headers over links to other stories, in lower case.
pub(super) const RELATED: &str = "related|related news|related stories|related articles|related topics|related content|related coverage|related links|related video|\
    related videos|read more|read also|read next|read on|see also|see more|also read|also in|more on this|more on this story|more on this topic|more news|\
    more stories|more from this section|most read|most popular|most viewed|most shared|popular|popular news|trending|trending now|trends|trend|editor's picks|\
    editors' picks|editor's choice|recommended|recommended for you|recommended stories|recommended reading|you may also like|you might also like|\
    you may be interested in|don't miss|in case you missed it|what to read next|up next|next article|previous article|tags|tag|topics|keywords|\
    in other media|other news|news feed|latest stories|today's top stories|around the web|from the web|more in|in this story";

/// Beginnings of lines that lead away from the story, in lower case.
pub(super) const RELATED_STARTS: &[&str] = &[
    "read more",
    "read also",
    "read:",
    "read next",
    "see also",
    "see more",
    "also read",
    "also on",
    "also:",
    "related:",
    "related article",
    "related stor",
    "more on ",
    "more from ",
    "most read",
    "most popular",
    "recommended:",
    "tags:",
    "tag:",
    "topics:",
    "keywords:",
    "trends:",
    "watch:",
    "watch more",
    "watch also",
    "video:",
    "listen:",
    "in depth:",
    "explainer:",
    "don't miss",
    "you may also",
    "you might also",
    "filed under",
];

/// Beginnings of lines of widgets, in lower case.
pub(super) const NAVIGATION_STARTS: &[&str] = &[
    "share on ",
    "share this ",
    "share via ",
    "share with ",
    "share to ",
    "follow us",
    "follow @",
    "get short url",
    "skip to ",
    "back to top",
    "back to home",
    "listen live",
    "watch live",
    "sign in ",
    "sign up ",
    "log in ",
    "print this",
    "send to ",
    "copy link",
    "copy url",
    "download the app",
    "download our",
    "download app",
    "comment via",
    "comments (",
    "community standards",
    "add comment",
    "leave a comment",
    "post a comment",
    "subscribe to ",
    "join us on",
    "join our ",
    "click to ",
    "click here",
    "tap here",
    "tap to ",
    "scroll down",
    "advertisement",
    "enter your email",
    "loading",
    "be the first to",
    "share:",
    "no media source",
    "the code has been copied",
    "the url has been copied",
    "turn on ",
    "enable javascript",
];

/// Wording of standing text: rights, rules, masthead, appeals. In lower case, anywhere in a paragraph.
pub(super) const NOTICES: &[&str] = &[
    "all rights reserved",
    "terms of use",
    "terms of service",
    "terms and conditions",
    "privacy policy",
    "cookie policy",
    "we use cookies",
    "uses cookies",
    "this site uses",
    "this website uses",
    "may not be published, broadcast",
    "may not be reproduced",
    "reproduction in whole or in part",
    "without the express written permission",
    "without prior written permission",
    "trust principles",
    "click here to ",
    "click here for",
    "click here.",
    "do not necessarily reflect",
    "does not necessarily reflect",
    "are solely those of the author",
    "are those of the author",
    "views expressed in this article",
    "views and opinions expressed",
    "opinions expressed in this",
    "sign up for our",
    "sign up to our",
    "subscribe to our",
    "support our journalism",
    "support our work",
    "follow us on",
    "like us on facebook",
    "join the conversation",
    "registration certificate",
    "roskomnadzor",
    "certificate of registration of mass media",
    "performing the functions of a foreign agent",
    "hyperlink to the source",
    "for more information, visit",
    "for more information visit",
    "to find out more",
    "was this article helpful",
    "if you find a mistake",
    "found a typo",
    "found a mistake",
    "please enable javascript",
    "browser does not support",
    "ctrl+enter",
    "this story has been corrected",
    "this story was originally published",
    "this article was originally published",
    "this article first appeared",
    "contact us at",
    "e-mail us at",
    "email us at",
    "send us your",
    "your comment will be",
    "comments are moderated",
    "disable your ad blocker",
];

/// Beginnings of lines that end a story: who contributed, who edited. In lower case.
pub(super) const CREDIT_LINES: &[&str] = &[
    "with reporting by",
    "with additional reporting",
    "additional reporting by",
    "with contributions from",
    "with material from",
    "with information from",
    "with agency",
    "with reports from",
    "with files from",
    "based on reporting by",
    "based on reports by",
    "based on a report",
    "written by ",
    "edited by ",
    "editing by ",
    "translated by ",
    "compiled by ",
    "reporting by ",
    "(reporting by",
    "(editing by",
    "(writing by",
    "writing by ",
    "contributed to this report",
    "source: ",
    "sources: ",
    "about the author",
    "our standards:",
];

/// Marks under which wire reports end.
pub(super) const END_MARKS: &[&str] = &[
    "ends", "end", "(end)", "(ends)", "###", "-30-", "--30--", "ends//", "//ends", "// ends", "end/", "enditem", "***",
    "xxx",
];

/// Beginnings of lines that stand only after a story. In lower case.
pub(super) const AFTER_STORY: &[&str] =
    &["community standards", "comment via", "tags:", "most read", "comments (", "add comment", "leave a comment"];

/// How agencies sign pictures, as pieces of a regular expression without special characters.
pub(super) const AGENCIES: &[&str] = &[
    "AP Photo",
    "AP",
    "REUTERS",
    "Reuters",
    "AFP Photo",
    "AFP PHOTO",
    "AFP",
    "EPA-EFE",
    "EPA",
    "TASS",
    "Sputnik",
    "RIA Novosti",
    "Getty Images",
    "Getty",
    "Xinhua",
    "Anadolu Agency",
    "Anadolu",
    "AA",
    "SANA",
    "dpa",
    "DPA",
    "UN Photo",
    "Shutterstock",
    "Alamy",
    "ZUMA",
    "Keystone",
    "Bloomberg",
    "Press Association",
    "PA",
    "Wikimedia Commons",
    "Wikimedia",
    "Flickr",
    "Interfax",
    "Zuma",
    "NurPhoto",
];

/// Beginnings of a picture's credit besides the agencies.
pub(super) const CREDIT_STARTS: &[&str] = &[
    "©",
    "(c)",
    "(C)",
    "Photo",
    "Image",
    "Picture:",
    "Credit",
    "Courtesy",
    "Handout",
    "Screenshot",
    "Screengrab",
    "Still from",
];

/// A caption holds one of these at least, in any case; what else it needs is a matter of patterns.
pub(super) const CAPTION_WORDS: &[&str] = &[
    "(file",
    "(archive",
    "(illustrati",
    "(photo illustration",
    "(undated",
    "(screenshot",
    "(pictured",
    "file photo",
    "file picture",
    "file image",
    "archive photo",
    "left)",
    "right)",
    "center)",
    "centre)",
    "(l)",
    "(r)",
    "(c)",
    " l)",
    " r)",
    " c)",
    "front)",
    "back)",
    "top)",
    "bottom)",
    "l-r)",
    "from left",
    "pictured here",
    "pictured above",
    "pictured left",
    "pictured right",
    "pictured in this",
    "seen here",
    "seen above",
    "seen left",
    "seen right",
    "seen in this",
    "in this file ",
    "in this photo",
    "in this picture",
    "in this image",
    "in this handout",
    "photo:",
    "image:",
    "picture:",
    "caption:",
    "file:",
];
