//! The mode of `open`: which letters mean what, and which go together.

/// A mode, taken apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mode {
    /// `r`, `w`, `a` or `x`.
    pub access: Access,
    /// `+`.
    pub update: bool,
    /// `b`.
    pub binary: bool,
}

/// What is done to the file at first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// It must exist.
    Read,
    /// It is emptied or made.
    Write,
    /// It is made if need be, and written at its end.
    Append,
    /// It must not exist.
    Create,
}

impl Mode {
    /// Parses a mode.
    ///
    /// # Errors
    /// The message of CPython's ValueError.
    pub fn parse(text: &str) -> Result<Mode, String> {
        let mut access = None;
        let (mut update, mut binary, mut is_text) = (false, false, false);
        for (i, letter) in text.char_indices() {
            if text[..i].contains(letter) {
                return Err(format!("invalid mode: '{text}'"));
            }
            let this = match letter {
                'r' => Access::Read,
                'w' => Access::Write,
                'a' => Access::Append,
                'x' => Access::Create,
                '+' | 'b' | 't' => {
                    update |= letter == '+';
                    binary |= letter == 'b';
                    is_text |= letter == 't';
                    continue;
                }
                _ => return Err(format!("invalid mode: '{text}'")),
            };
            if access.replace(this).is_some() {
                return Err("must have exactly one of create/read/write/append mode".to_owned());
            }
        }
        if binary && is_text {
            return Err("can't have text and binary mode at once".to_owned());
        }
        let Some(access) = access else {
            return Err(
                "Must have exactly one of create/read/write/append mode and at most one plus".to_owned()
            );
        };
        Ok(Mode { access, update, binary })
    }

    /// Whether it can be read.
    pub fn reads(self) -> bool {
        self.access == Access::Read || self.update
    }

    /// Whether it can be written.
    pub fn writes(self) -> bool {
        self.access != Access::Read || self.update
    }

    /// How the system is asked for it.
    pub fn options(self) -> std::fs::OpenOptions {
        let mut options = std::fs::File::options();
        match self.access {
            Access::Read => options.read(true).write(self.update),
            Access::Write => options.write(true).create(true).truncate(true).read(self.update),
            Access::Append => options.append(true).create(true).read(self.update),
            Access::Create => options.write(true).create_new(true).read(self.update),
        };
        options
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes() {
        let read = Mode { access: Access::Read, update: false, binary: false };
        assert_eq!(Mode::parse("r"), Ok(read));
        assert_eq!(Mode::parse("rt"), Ok(read));
        assert_eq!(Mode::parse("rb+"), Ok(Mode { update: true, binary: true, ..read }));
        for bad in ["q", "rr", "rw", "rbt", "", "b"] {
            assert!(Mode::parse(bad).is_err(), "{bad}");
        }
    }
}
