// Articles to look at: what the browser test of the page at /explore posts, and what its screenshots show.
//
// The quotations are invented. No outlet published these texts, and nobody said these words.

export const articles = [
  {
    outlet: "tass",
    published_on: "2017-01-27",
    text: `Lavrov asks what the American plan for Syria means

MOSCOW, January 27. /TASS/. Moscow has read the headlines and is waiting for the plan itself, Russian Foreign Minister Sergey Lavrov told reporters on Friday.

"We would like to understand who is going to guard the safe zones in Syria and what their borders will be," the minister said. "So far we have seen no map and not a single detail."

Asked about the talks in Geneva, he said that the invitations had been sent out.`,
  },
  {
    outlet: "rfe-rl",
    published_on: "2017-02-03",
    text: `Damascus Rejects U.S. Plan As Ankara Welcomes It

The Syrian government has turned down the American plan, while Turkey wants to see it carried out soon.

"We reject the safe zones in Syria, for they would be a violation of our sovereignty," Syrian Foreign Minister Walid al-Muallem told a news conference in Damascus on February 3.

In Ankara, Turkish President Recep Tayyip Erdogan said on the same day that his country fully supported the safe zones in Syria.

"We stand behind the safe zones in Syria, and we are ready to help to build houses there," Erdogan said.

UN Secretary-General Antonio Guterres was more careful. "It is for the parties themselves to decide on safe zones in Syria, and I take no side in this," he told reporters.`,
  },
  {
    outlet: "tass",
    published_on: "2017-02-22",
    text: `Lavrov: Moscow ready to discuss safe zones if Damascus agrees to each step

MOSCOW, February 22. /TASS/. "We are ready to discuss safe zones in Syria for the families who had to leave their homes, if every step is agreed with the government in Damascus," Russian Foreign Minister Sergey Lavrov said on Wednesday.

"The bakers and the teachers have to come back first," he added.`,
  },
  {
    outlet: "rt",
    published_on: "2017-02-22",
    // Characters beyond the first 65,536: each is one character of the API, and two units of a string in JavaScript.
    text: `📷 🕊 © Stringer / archive

Russia would discuss US safe zones with Damascus on board

Russia would be prepared to talk about safe zones in Syria for families who were forced out of their homes, provided that each step is agreed with the Syrian government, Russian Foreign Minister Sergei Lavrov said on Wednesday.

"Bakers and teachers must be the first to return," Lavrov said.

His words come three weeks after Damascus turned the plan down.`,
  },
  {
    outlet: "sputnik",
    published_on: "2017-03-23",
    text: `Damascus May Accept Safe Zones, Tillerson Promises a Map

WASHINGTON (Sputnik) — The United States will set up safe zones in Syria and publish a map of them, US Secretary of State Rex Tillerson said on Thursday.

"We want to establish safe zones in Syria so that people can go home," Tillerson said at a meeting of the coalition.

In Damascus, Syrian Foreign Minister Walid Muallem said on Thursday that his government could accept the safe zones in Syria, provided that no foreign troops were stationed there.

"We could accept safe zones in Syria as long as no foreign soldier sets foot in them," Muallem said.`,
  },
  {
    outlet: "tass",
    published_on: "2017-09-15",
    text: `Guarantors agree on borders of Idlib zone

ASTANA, September 15. /TASS/. Russia, Turkey and Iran have agreed on the borders of the de-escalation zone in Idlib, Russian Special Presidential Envoy for Syria Alexander Lavrentyev said on Friday.

"We support the Idlib de-escalation zone and will send monitors to it," Lavrentyev told reporters. "Whoever crosses its border with a weapon will be written down."`,
  },
  {
    outlet: "rfe-rl",
    published_on: "2017-09-15",
    text: `Astana Talks End With Deal On Idlib

Monitors of three countries will watch the de-escalation zone in Idlib, delegates said after the talks in Astana.

The Russian envoy, Aleksandr Lavrentyev, said on September 15 that Moscow backed the Idlib de-escalation zone and would be sending monitors there.

Turkish Foreign Minister Mevlut Cavusoglu said on September 15 that the Idlib de-escalation zone would help to save lives if both sides kept their artillery away from it.`,
  },
];
