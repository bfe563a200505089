//! Which line of a page is the headline.

use rustc_hash::FxHashSet;

use super::lines::{Piece, ends_sentence};
use crate::extraction::regions::Draft;
use crate::extraction::source::runs;
use crate::models::text::RegionKind;

/// Headlines are not longer than this.
const LONGEST: usize = 220;
/// A line with fewer points is not taken for the headline.
const ENOUGH: f64 = 2.0;
/// The headline stands first as a rule; a later line must be better by so many points.
const AHEAD: f64 = 0.7;
/// Who speaks, in transcripts; a line that starts so is part of the conversation.
const SPEAKERS: &[&str] = &[
    "QUESTION:",
    "ANSWER:",
    "Q:",
    "A:",
    "MODERATOR:",
    "INTERVIEWER:",
    "MR ",
    "MR. ",
    "MS ",
    "MS. ",
    "MRS ",
    "MRS. ",
    "SECRETARY ",
];
/// The story is compared with the headline over as many paragraphs.
const COMPARED: usize = 12;

/// Finds a headline that the client gave among the first pieces, whatever its quotation marks, spaces and letter case.
pub(crate) fn position_of(title: &str, pieces: &[Piece<'_>], within: usize) -> Option<usize> {
    let wanted = letters(title);
    if wanted.is_empty() {
        return None;
    }
    let same = |piece: &&Piece<'_>| piece.len() <= LONGEST * 2 && letters(piece.text) == wanted;
    pieces.iter().take(within).position(|piece| same(&piece))
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Chooses the headline among the open pieces before the first paragraph of the story.
///
/// A headline is several words without a full stop, tends to be set apart by empty lines, and shares its words with the story. Above a
/// `dateline` even a line with a full stop is one.
pub(crate) fn choose(draft: &Draft<'_>, body: Option<usize>, dateline: bool) -> Option<usize> {
    let body = body?;
    let is_open = |at: &usize| draft.kinds[*at].is_none();
    (0..body).find(is_open)?;
    let story = story_words(draft, body);
    let mut best: Option<(usize, f64)> = None;
    let mut first = true;
    for at in (0..body).filter(is_open).take(200) {
        let piece = &draft.pieces[at];
        let Some(mut points) = points(piece, &draft.wordings[at].plain, &story, dateline) else { continue };
        if std::mem::take(&mut first) {
            points += 0.5;
        }
        // The date, the name of the reporter or the picture's credit stand under a headline.
        if matches!(draft.kinds.get(at + 1), Some(Some(RegionKind::Byline | RegionKind::Credit))) {
            points += 0.5;
        }
        if points >= ENOUGH && best.is_none_or(|(_, most)| points > most + AHEAD) {
            best = Some((at, points));
        }
    }
    best.map(|(at, _)| at)
}

fn points(piece: &Piece<'_>, plain: &str, story: &FxHashSet<Stem>, full_stop: bool) -> Option<f64> {
    let markdown = piece.text.starts_with("# ");
    let stopped = ends_with_full_stop(piece.text) && !markdown;
    if piece.len() > LONGEST
        || piece.text.ends_with([':', ';', ','])
        || (stopped && !full_stop)
        || SPEAKERS.iter().any(|label| piece.text.starts_with(label))
    {
        return None;
    }
    let (mut words, mut shared) = (0_u32, 0_u32);
    for stem in stems(plain) {
        words += 1;
        shared += u32::from(story.contains(&stem));
    }
    let share = if words == 0 { 0.0 } else { f64::from(shared) / f64::from(words) };
    let length = match piece.words {
        5.. => 2.0,
        3 | 4 => 1.0,
        _ if piece.len() >= 12 && piece.words == 1 => 1.0, // scripts without spaces
        _ => 0.0,
    };
    Some(length + if piece.is_isolated() { 1.0 } else { 0.0 } + 2.0 * share + if markdown { 5.0 } else { 0.0 })
}

/// Headlines may end with "?" or "!" or an abbreviation ("… With U.S."), not with a full stop.
fn ends_with_full_stop(text: &str) -> bool {
    let bare = text.trim_end_matches(['"', '”', '’', '\'', ')', '*']);
    let last = bare.rsplit(char::is_whitespace).next().unwrap_or("");
    let abbreviation = last.ends_with('.') && last.split('.').all(|part| part.chars().count() <= 1) && last.len() >= 4;
    ends_sentence(text) && !abbreviation && !bare.ends_with(['?', '!', '…', '؟', '？', '！'])
}

/// The first six letters of a word in lower case, in 21 bits each.
type Stem = u128;

/// The longer words of the first paragraphs, cut to stems of six letters so that "negotiate" meets "negotiations".
fn story_words(draft: &Draft<'_>, body: usize) -> FxHashSet<Stem> {
    let open = (body..draft.pieces.len()).filter(|at| draft.kinds[*at].is_none()).take(COMPARED);
    open.flat_map(|at| stems(draft.pieces[at].text.get(..4000).unwrap_or(draft.pieces[at].text))).collect()
}

/// The stems of the words with four characters or more.
fn stems(text: &str) -> impl Iterator<Item = Stem> {
    let add = |stem: Stem, letter: u32| stem << 21 | Stem::from(letter);
    runs(text, char::is_alphanumeric).filter(|word| word.chars().nth(3).is_some()).map(move |word| {
        if word.is_ascii() {
            return word.bytes().take(6).fold(0, |stem, byte| add(stem, u32::from(byte.to_ascii_lowercase())));
        }
        let letters = word.chars().flat_map(char::to_lowercase).take(6);
        letters.fold(0, |stem, letter| add(stem, u32::from(letter)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_are_no_full_stop() {
        assert!(!ends_with_full_stop("Tarn Open To Deal With U.S."));
        assert!(!ends_with_full_stop("What next for Tarn?"));
        assert!(ends_with_full_stop("The talks ended without a deal."));
    }

    #[test]
    fn the_given_headline_is_found_in_spite_of_its_marks() {
        let pieces = super::super::lines::pieces("Menu\n# Tarn’s ‘quiet zone’ in doubt\n\nText.");
        assert_eq!(position_of("Tarn's 'Quiet Zone' in doubt", &pieces, 10), Some(1));
        assert_eq!(position_of("...", &pieces, 10), None);
    }
}
