//! The command line as one would type it again. How many threads took part changes no result and is left out.

/// `vesicle` and these words, each quoted where a shell would part or read it.
pub fn command(words: impl IntoIterator<Item = String>) -> String {
    let mut said = vec!["vesicle".to_owned()];
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if word == "--threads" {
            words.next();
        } else if !word.starts_with("--threads=") {
            said.push(quoted(&word));
        }
    }
    said.join(" ")
}

/// The word itself, or between single quotes where it holds more than what every shell takes as it is.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=+:,%@".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(words: &[&str]) -> String {
        command(words.iter().map(ToString::to_string))
    }

    #[test]
    fn words_with_spaces_are_quoted() {
        let words = ["run", "a b.toml", "--mechanism", "tumour's own", "--set", "run.duration=3 d", ""];
        let told = r"vesicle run 'a b.toml' --mechanism 'tumour'\''s own' --set 'run.duration=3 d' ''";
        assert_eq!(said(&words), told);
    }

    #[test]
    fn threads_are_left_out() {
        assert_eq!(said(&["run", "--threads", "2", "x.toml"]), "vesicle run x.toml");
        assert_eq!(said(&["run", "x.toml", "--threads=4"]), "vesicle run x.toml");
        assert_eq!(said(&["run", "x.toml", "--threads"]), "vesicle run x.toml");
    }
}
