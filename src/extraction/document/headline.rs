//! Which line of a page is the headline.

use std::collections::HashSet;

use super::furniture;
use super::lines::{Piece, ends_sentence};
use crate::extraction::regions::Draft;
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
    let story = story_words(draft, body);
    let mut best: Option<(usize, f64)> = None;
    let mut first = true;
    for at in (0..body).filter(|at| draft.kinds[*at].is_none()).take(200) {
        let piece = &draft.pieces[at];
        let Some(mut points) = points(piece, &story, dateline) else { continue };
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

fn points(piece: &Piece<'_>, story: &HashSet<String>, full_stop: bool) -> Option<f64> {
    let markdown = piece.text.starts_with("# ");
    let stopped = ends_with_full_stop(piece.text) && !markdown;
    if piece.len() > LONGEST
        || piece.text.ends_with([':', ';', ','])
        || (stopped && !full_stop)
        || SPEAKERS.iter().any(|label| piece.text.starts_with(label))
    {
        return None;
    }
    let plain = furniture::plain(piece.text);
    let words = content_words(&plain);
    let shared = words.iter().filter(|word| story.contains(*word)).count();
    let share = if words.is_empty() {
        0.0
    } else {
        f64::from(u32::try_from(shared).unwrap_or(0)) / f64::from(u32::try_from(words.len()).unwrap_or(1))
    };
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

/// The longer words of the first paragraphs, cut to stems of six letters so that "negotiate" meets "negotiations".
fn story_words(draft: &Draft<'_>, body: usize) -> HashSet<String> {
    let open = (body..draft.pieces.len()).filter(|at| draft.kinds[*at].is_none()).take(COMPARED);
    open.flat_map(|at| content_words(draft.pieces[at].text.get(..4000).unwrap_or(draft.pieces[at].text))).collect()
}

fn content_words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= 4)
        .map(|word| word.chars().flat_map(char::to_lowercase).take(6).collect())
        .collect()
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
