//! Who speaks: names, descriptors, pronouns and bodies, and nobody where the text does not tell.

use jiff::civil::date;
use onrecord::extraction::{Extraction, Extractor, Gazetteer, GazetteerSource, Hints, KnownActor, KnownRole, Office};
use onrecord::models::text::{ActorKind, Gender};

fn minister(slug: &str, name: &str, gender: Gender, country: &str) -> KnownActor {
    KnownActor {
        slug: slug.into(),
        name: name.into(),
        gender: Some(gender),
        country: Some(country.into()),
        roles: vec![KnownRole {
            title: "Foreign Minister".into(),
            office: Some("foreign_minister".into()),
            country: Some(country.into()),
            starts_on: Some(date(2010, 1, 1)),
            ..KnownRole::default()
        }],
        ..KnownActor::default()
    }
}

/// Two states with a minister each; everybody else is a stranger.
fn extract(text: &str) -> Extraction {
    let state = |slug: &str, name: &str, demonym: &str, capital: &str, country: &str| KnownActor {
        slug: slug.into(),
        name: name.into(),
        kind: ActorKind::State,
        demonyms: vec![demonym.into()],
        capital: Some(capital.into()),
        country: Some(country.into()),
        ..KnownActor::default()
    };
    let mut former = minister("per-moe", "Per Moe", Gender::Male, "NO");
    former.roles[0].ends_on = Some(date(2012, 1, 1));
    let source = GazetteerSource {
        actors: vec![
            state("norland", "Norland", "Norlandic", "Vessby", "NO"),
            state("jordan", "Jordan", "Jordanian", "Amman", "JO"),
            minister("ingrid-berg", "Ingrid Berg", Gender::Female, "NO"),
            minister("omar-haddad", "Omar Haddad", Gender::Male, "JO"),
            former,
        ],
        offices: vec![Office {
            key: "foreign_minister".into(),
            nouns: vec!["foreign minister".into(), "top diplomat".into(), "minister".into()],
        }],
        ..GazetteerSource::default()
    };
    let hints = Hints { published_on: Some(date(2016, 5, 12)), ..Hints::default() };
    Extractor::new(Gazetteer::new(source)).extract(text, &hints)
}

/// The actor of every quote in reading order, "-" for nobody.
fn speakers(text: &str) -> Vec<String> {
    let name = |actor: &onrecord::extraction::SpeakerActor| actor.name().to_owned();
    let quotes = extract(text).quotes;
    quotes
        .iter()
        .map(|quote| quote.speaker.as_ref().and_then(|speaker| speaker.actor.as_ref()).map_or("-".to_owned(), name))
        .collect()
}

/// Why nobody, or whoever it is, speaks: the last reasons of the only quote.
fn reasons(text: &str) -> Vec<String> {
    extract(text).quotes.last().map(|quote| quote.why.clone()).unwrap_or_default()
}

fn check(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(speakers(text), *expected, "{text}");
    }
}

#[test]
fn a_full_name_anywhere_is_the_name() {
    check(&[
        ("\"It is closed,\" said Keller. Anna Keller, the mayor, said nobody had told her.", &["Anna Keller"; 2]),
        (
            "Norlandic envoy Knut van der Meer said the talks failed. Van der Meer said he was tired.",
            &["Knut van der Meer"; 2],
        ),
        (
            "Commander Abu Khaled al-Hamsi said his men would stay. Al-Hamsi said they had food.",
            &["Abu Khaled al-Hamsi"; 2],
        ),
        (
            "The fire chief, Robert J. O'Brien-Hall, said two houses burned. O'Brien-Hall said nobody died.",
            &["Robert J. O'Brien-Hall"; 2],
        ),
        ("Kim Jong Un said the test was over. \"We rest,\" Kim said.", &["Kim Jong Un"; 2]),
        ("Novelist Clara Whitcombe said it was a surprise. \"I slept,\" Whitcombe said.", &["Clara Whitcombe"; 2]),
        ("John Roe said he knew. Detective John A. Roe said he was sure.", &["John A. Roe"; 2]),
        ("Jordan Pike, who scored, said he was happy. Pike said he had tried to cross the ball.", &["Jordan Pike"; 2]),
    ]);
}

#[test]
fn an_organisation_is_no_person_and_a_manager_no_club() {
    check(&[
        ("Kessler AG said on Monday it would buy the mill. Kessler said no jobs would go.", &["Kessler AG"; 2]),
        (
            "Weston City manager Desmond Achebe said his team was tired. He said they ran. Weston City said they rested.",
            &["Desmond Achebe", "Desmond Achebe", "Weston City"],
        ),
        (
            "The Wexford Institute for Peace said the truce would fail. The institute said both sides were arming.",
            &["Wexford Institute for Peace"; 2],
        ),
        (
            "United Motors said sales fell. The company said it would cut jobs. Chief Executive Tom Reese said it was sad. \
          The company's chief executive said he would go.",
            &["United Motors", "United Motors", "Tom Reese", "Tom Reese"],
        ),
    ]);
    let quotes = extract("Kessler AG said on Monday it would buy the mill.").quotes;
    let actor = quotes[0].speaker.as_ref().and_then(|speaker| speaker.actor.clone());
    let expected = onrecord::extraction::SpeakerActor::New { name: "Kessler AG".into(), kind: ActorKind::Organisation };
    assert_eq!(actor, Some(expected));
}

#[test]
fn a_descriptor_leads_back_to_whom_the_article_describes() {
    check(&[
        ("Councillor Joan Petrie said it was late. \"Very late,\" the councillor said.", &["Joan Petrie"; 2]),
        (
            "\"It is hard,\" said the leader of Tarn council, Joan Petrie, on Monday. The council leader said it was late.",
            &["Joan Petrie"; 2],
        ),
        ("Joan Petrie, 61, a nurse in Tarn, said it was late. The nurse said she was tired.", &["Joan Petrie"; 2]),
        ("Sen. Dale Rustad said the bill would pass. The senator said he had the votes.", &["Dale Rustad"; 2]),
        // Another councillor is another one; the judge was never named.
        ("Councillor Joan Petrie said it was late. Another councillor said it was early.", &["Joan Petrie", "-"]),
        ("Prosecutor Miriam Stott said the file was empty. The judge said it was not.", &["Miriam Stott", "-"]),
        (
            "Union leader Hilde Strand said the strike went on. The opposition leader said it was over.",
            &["Hilde Strand", "-"],
        ),
        // What somebody is, is said for the first time.
        ("Jordan Pike said he was happy. The teenager said he had tried to cross the ball.", &["Jordan Pike"; 2]),
        ("Ingrid Berg said the road was safe. \"I drove it,\" the Norlandic said.", &["Ingrid Berg"; 2]),
    ]);
}

#[test]
fn the_minister_between_two_and_after_one_of_before() {
    check(&[
        (
            "Foreign Minister Ingrid Berg met Foreign Minister Omar Haddad. \"We are friends,\" the Jordanian minister said. The minister said they would meet again.",
            &["Omar Haddad"; 2],
        ),
        (
            "Then-Foreign Minister Per Moe said the plan was good. Norland's top diplomat said it was bad.",
            &["Per Moe", "Ingrid Berg"],
        ),
    ]);
}

#[test]
fn pronouns_have_a_gender_and_mean_nobody_before_somebody_unnamed() {
    check(&[
        (
            "Oskar Lund and Hilde Strand met on Monday. He said it went well. She said it did not.",
            &["Oskar Lund", "Hilde Strand"],
        ),
        ("Georg Brandt and Paul Ferrand met on Monday. He said it went well.", &["-"]),
        (
            "Omar Haddad said the truce held. A local official said that was doubtful. He said there was no plan.",
            &["Omar Haddad", "-", "-"],
        ),
        (
            "Standing beside Mayor Anna Keller, Tom Riley smiled. \"We did it,\" he said. She said the money came from the state.",
            &["Tom Riley", "Anna Keller"],
        ),
    ]);
    assert!(
        reasons("Georg Brandt and Paul Ferrand met on Monday. He said it went well.")
            .contains(&"speaker_unresolved".to_owned())
    );
}

#[test]
fn several_speakers_are_not_one() {
    for text in [
        "Ingrid Berg and Omar Haddad said the truce was holding.",
        "Foreign Minister Ingrid Berg and her Jordanian counterpart Omar Haddad said the truce was holding.",
        "Ingrid Berg, Omar Haddad and Anna Keller said the truce was holding.",
        "Family-owned Brandt Stahl and listed rival Kessler AG said the mills would merge.",
    ] {
        assert_eq!(speakers(text), ["-"], "{text}");
        assert!(reasons(text).contains(&"joint_speakers".to_owned()), "{text}: {:?}", reasons(text));
    }
}

#[test]
fn who_is_quoted_by_somebody_speaks_and_a_bare_quotation_is_of_whom_is_told() {
    check(&[
        (
            "The mayor of Brdo, Ivan Hribar, was quoted by the public broadcaster as saying that the dam was open.",
            &["Ivan Hribar"],
        ),
        (
            "\"It is hard,\" Kenji Mori said.\n\nAna Teixeira laughed at that. \"He always says so.\"",
            &["Kenji Mori", "Ana Teixeira"],
        ),
        (
            "\"It is hard,\" Kenji Mori said.\n\nHis colleague laughed at that. \"He always says so.\"",
            &["Kenji Mori", "-"],
        ),
    ]);
}

#[test]
fn whoever_is_quoted_in_a_quotation_is_known_from_what_stands_before() {
    check(&[(
        "Foreign Minister Ingrid Berg said the road was open. \"The minister told me that we could go,\" driver Anna Keller said.\n\n\
         Foreign Minister Omar Haddad said it was shut.",
        &["Ingrid Berg", "Anna Keller", "Ingrid Berg", "Omar Haddad"],
    )]);
}

#[test]
fn who_is_named_in_full_in_the_headline_alone_is_known_by_surname_office_and_pronoun() {
    check(&[
        (
            "Ferry to stop at dusk, harbour master Ruth Aldane confirms\n\nThe ferry across the Tarn will stop at dusk from \
             May, its crew was told on Monday.\n\n\"Nobody sails at night,\" Aldane said. The harbour master said that the \
             lamps were too dear. She said that a bridge would be cheaper.",
            &["Ruth Aldane", "Ruth Aldane", "Ruth Aldane"],
        ),
        // A capital at the start of each word names nobody.
        (
            "Old Ferry Will Stop At Dusk\n\nThe old ferry across the Tarn will stop at dusk from May, and many are sad.\n\n\"Nobody \
             sails at night,\" Dusk said.",
            &["-"],
        ),
    ]);
}

#[test]
fn a_noun_of_the_same_kind_means_whoever_was_called_by_another() {
    check(&[
        (
            "Jane Roe QC, prosecuting, said the fire had been set. \"It was cold that night,\" the barrister said.",
            &["Jane Roe", "Jane Roe"],
        ),
        (
            "The surgeon, Jane Roe, said the ward was full. Her driver, Tom Lund, said the road was empty. \"We sleep standing,\" \
             the doctor said.",
            &["Jane Roe", "Tom Lund", "Jane Roe"],
        ),
        // A judge is no lawyer, and need not be named.
        ("Jane Roe QC, prosecuting, said the fire had been set. \"It was cold,\" the judge said.", &["Jane Roe", "-"]),
        // Somebody else was called so.
        (
            "A welder from the docks wept. Tom Lund, a painter, said it was over. \"I am tired,\" the welder said.",
            &["Tom Lund", "-"],
        ),
    ]);
}

#[test]
fn a_noun_that_nothing_contradicts_means_whoever_spoke_last() {
    check(&[
        (
            "Tom Lund said that nobody had asked him. \"I live there,\" the retired welder said. Jane Roe said that it rained. The \
             retired welder said that he was glad.",
            &["Tom Lund", "Tom Lund", "Jane Roe", "Tom Lund"],
        ),
        ("Jane Roe said that it rained. \"It is my last boat,\" the Kenyan said.", &["Jane Roe", "Jane Roe"]),
        ("Jane Roe said that it rained. \"It is my last boat,\" the old man said.", &["Jane Roe", "-"]),
        ("Jane Roe said that it rained. Her doctor said that she was ill.", &["Jane Roe", "-"]),
    ]);
}

#[test]
fn a_pronoun_means_whom_the_sentence_before_introduces_where_nobody_is_its_subject() {
    check(&[
        (
            "Beatrice Holm said that the film was long. The prize for the best one went to Anna Roe. She said that she would sell it.",
            &["Beatrice Holm", "Anna Roe"],
        ),
        (
            "Beatrice Holm said that the film was long. She thanked Anna Roe. She said that it was late.",
            &["Beatrice Holm", "Beatrice Holm"],
        ),
    ]);
}

#[test]
fn letters_before_and_after_a_name_are_no_part_of_it() {
    check(&[
        ("Local MP Gareth Roe said that he had written. \"Twice,\" Roe said.", &["Gareth Roe", "Gareth Roe"]),
        (
            "Piotr Zelin said that the road was bad. The GP complained that nobody had asked.",
            &["Piotr Zelin", "Piotr Zelin"],
        ),
    ]);
}

#[test]
fn a_counterpart_holds_the_same_office_in_the_country_that_is_named() {
    check(&[
        (
            "Foreign Minister Ingrid Berg said the road was open. Her Jordanian counterpart said it was shut.",
            &["Ingrid Berg", "Omar Haddad"],
        ),
        (
            "Foreign Minister Ingrid Berg said the road was open. Berg's Jordanian colleague said it was shut.",
            &["Ingrid Berg", "Omar Haddad"],
        ),
        // Of no country that has one.
        (
            "Foreign Minister Ingrid Berg said the road was open. Her counterpart said it was shut.",
            &["Ingrid Berg", "-"],
        ),
    ]);
}

#[test]
fn a_name_in_apposition_tells_whom_a_noun_means() {
    check(&[
        ("The operator, Tarn Lines, said that the ferry was old.", &["Tarn Lines"]),
        (
            "Beatrice Holm said that it was late. Her neighbour, Sen. Grant Roe, said that it was early.",
            &["Beatrice Holm", "Grant Roe"],
        ),
    ]);
}

#[test]
fn a_body_is_told_by_the_noun_beside_its_name_and_called_by_it_later() {
    check(&[
        (
            "Device maker Medora said that it was sorry. The company said that the pumps were old. Medora said that it would pay.",
            &["Medora"; 3],
        ),
        (
            "Pilots' union Parat said that nobody would fly. The airline, Norfly, said that everybody would. The union said that it \
             would see.",
            &["Parat", "Norfly", "Parat"],
        ),
        (
            "The Tarn Health Service said that it was flu. The agency said that it would pass.",
            &["Tarn Health Service"; 2],
        ),
        // Any noun may begin a sentence, and so have a capital.
        ("Skandair said that it would fly. Traders said that it would not.", &["Skandair", "-"]),
    ]);
}

#[test]
fn whoever_opens_the_story_may_be_named_later() {
    check(&[
        (
            "A former mayor told a court on Monday that the money was gone. Tom Lund, 61, said that he had eaten it.",
            &["Tom Lund", "Tom Lund"],
        ),
        // Who wants no name gets none; who is somebody else is not the mayor.
        ("A senior official said that the money was gone. Tom Lund, 61, said that he had it.", &["-", "Tom Lund"]),
        (
            "A former mayor said on Monday that the money was gone. Tom Lund, a painter, said that he had it.",
            &["-", "Tom Lund"],
        ),
    ]);
}

#[test]
fn in_court_the_witness_is_whoever_is_asked() {
    check(&[(
        "Ruth Aldane said that it was dark. \"Was it raining?\" asked barrister Tom Lund. The witness said that it was.",
        &["Ruth Aldane", "Tom Lund", "Ruth Aldane"],
    )]);
}
