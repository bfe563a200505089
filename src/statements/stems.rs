//! English words cut to what their inflected forms, and then their derived forms, have in common.
//!
//! A handful of rules, not a published stemmer: those cut more, and a wrong join is what must not happen
//! here. A stem is no word; it is only ever compared.

/// Cuts what inflection adds: "creates", "created" and "creating" meet in "creat".
///
/// The word is in lower case.
pub fn stem(word: &str) -> String {
    let mut stem = spelling(word);
    if !stem.is_ascii() || stem.len() < 4 {
        return stem;
    }
    if let Some(rest) = stem.strip_suffix("ies").filter(|rest| rest.len() > 1) {
        return format!("{rest}i");
    }
    if let Some(rest) = stem.strip_suffix("ied").filter(|rest| rest.len() > 1) {
        return format!("{rest}i");
    }
    if let Some(rest) = stem.strip_suffix("ing").filter(|rest| is_stem(rest)) {
        return close(undouble(rest));
    }
    if let Some(rest) = stem.strip_suffix("ed").filter(|rest| is_stem(rest) && !rest.ends_with('e')) {
        return close(undouble(rest));
    }
    let hisses = |rest: &&str| ["s", "x", "z", "ch", "sh", "o"].iter().any(|end| rest.ends_with(end));
    if let Some(rest) = stem.strip_suffix("es").filter(hisses) {
        return close(rest);
    }
    if let Some(rest) = stem.strip_suffix('s').filter(|rest| !rest.ends_with(['s', 'u', 'i'])) {
        stem = rest.to_owned();
    }
    close(&stem)
}

/// Cuts what derivation adds to a [`stem`]: "migration", "migrant" and "migrate" meet in "migr".
pub fn root(stem: &str) -> &str {
    const ENDINGS: [&str; 32] = [
        "ization", "ifi", "ation", "ition", "ution", "ement", "ction", "ssion", "ment", "ness", "anci", "enci", "anc",
        "enc", "abl", "ibl", "iti", "iv", "ant", "ent", "ion", "ical", "ial", "ist", "ism", "ern", "al", "ic", "or",
        "er", "li", "at",
    ];
    if !stem.is_ascii() {
        return stem;
    }
    let mut root = stem;
    for _ in 0..3 {
        // The "t" of "act-ion" and the "s" of "discuss-ion" are the verb's.
        let kept = |ending: &str| usize::from(ending == "ction") * 2 + usize::from(ending == "ssion") * 2;
        let cut = ENDINGS.iter().find(|ending| {
            let rest = root.len().saturating_sub(ending.len()) + kept(ending);
            root.ends_with(*ending) && rest >= 4 && (rest < root.len())
        });
        let Some(ending) = cut else { break };
        root = &root[..root.len() - ending.len() + kept(ending)];
    }
    if root.len() > 4 && root.ends_with(['i', 'e']) {
        root = &root[..root.len() - 1];
    }
    root
}

/// The American spelling where the British one differs by a rule.
fn spelling(word: &str) -> String {
    let length = word.len();
    if let Some(rest) = word.strip_suffix("our").filter(|_| length > 5) {
        return format!("{rest}or");
    }
    if length > 6 {
        for (british, american) in [
            ("isation", "ization"),
            ("isations", "ization"),
            ("ise", "iz"),
            ("ised", "iz"),
            ("ising", "iz"),
            ("ises", "iz"),
            ("yse", "yz"),
        ] {
            // Not "otherwise", "surprise", "exercise", "promise", "premise", "expertise", "enterprise".
            let keeps = ["wise", "prise", "cise", "mise", "tise", "vise", "raise", "praise", "noise", "poise", "rise"];
            let base = word.strip_suffix(british);
            if let Some(rest) = base {
                let dictionary = format!("{rest}ise");
                if !keeps.iter().any(|end| dictionary.ends_with(end)) || british.starts_with("isation") {
                    return format!("{rest}{american}");
                }
            }
        }
    }
    word.to_owned()
}

fn is_stem(rest: &str) -> bool {
    rest.len() >= 3 && rest.bytes().any(|b| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'))
}

/// "stopp" of "stopping" to "stop", but "fall" and "press" as they are.
fn undouble(rest: &str) -> &str {
    let bytes = rest.as_bytes();
    match bytes {
        [.., a, b] if a == b && !matches!(b, b'l' | b's' | b'z' | b'e' | b'o' | b'f') => &rest[..rest.len() - 1],
        // "travelled", "cancelled", but "called".
        [.., a, b] if a == b && *b == b'l' && rest.len() > 5 => &rest[..rest.len() - 1],
        _ => rest,
    }
}

/// The final "e" and "y", which inflection drops or changes.
fn close(rest: &str) -> String {
    match rest.strip_suffix('e').filter(|cut| cut.len() > 2) {
        Some(cut) => cut.to_owned(),
        None => match rest.strip_suffix('y').filter(|cut| cut.len() > 2 && !cut.ends_with(['a', 'e', 'o', 'u'])) {
            Some(cut) => format!("{cut}i"),
            None => rest.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflected_forms_meet() {
        for forms in [
            &["create", "creates", "created", "creating"][..],
            &["stop", "stops", "stopped", "stopping"],
            &["country", "countries"],
            &["carry", "carries", "carried", "carrying"],
            &["travel", "travelled", "traveling", "travelling"],
            &["organise", "organized", "organising", "organizes"],
            &["harbour", "harbor"],
            &["address", "addresses", "addressed"],
        ] {
            assert!(
                forms.iter().all(|form| stem(form) == stem(forms[0])),
                "{:?}",
                forms.iter().map(|f| stem(f)).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn derived_forms_meet() {
        let root_of = |word: &str| root(&stem(word)).to_owned();
        for forms in [
            &["migration", "migrant", "migrate"][..],
            &["negotiate", "negotiation", "negotiator"],
            &["implement", "implementation"],
            &["establish", "establishment"],
            &["discuss", "discussion"],
            &["north", "northern"],
            &["coordinate", "coordination"],
        ] {
            assert!(
                forms.iter().all(|form| root_of(form) == root_of(forms[0])),
                "{:?}",
                forms.iter().map(|f| root_of(f)).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn different_words_stay_different() {
        for (a, b) in [("organ", "organise"), ("arm", "army"), ("minister", "mine")] {
            assert_ne!(root(&stem(a)), root(&stem(b)), "{a} {b}");
        }
    }

    #[test]
    fn any_word_will_do() {
        for word in ["", "s", "ing", "żółć", "𝄞", "ies", "sses", "eed"] {
            let _ = root(&stem(word));
        }
    }
}
