//! The tokens of Python: one table of operators and one of keywords.

use super::error::Span;

macro_rules! tokens {
    (operators { $($op:ident $op_text:literal)* } keywords { $($kw:ident $kw_text:literal)* }) => {
        /// What a token is.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum T {
            /// The end of the source.
            End,
            /// The end of a logical line.
            Newline,
            Indent,
            Dedent,
            Name,
            Number,
            /// A whole string or bytes literal that is no f-string.
            String,
            /// Prefix and opening quotes of an f-string.
            FStringStart,
            /// Literal text inside an f-string.
            FStringMiddle,
            /// Closing quotes of an f-string.
            FStringEnd,
            /// A character that begins no token.
            Unknown,
            /// The lexer could not go on; its fault says why.
            Error,
            $($op,)*
            $($kw,)*
        }

        impl T {
            /// The operator or delimiter at the beginning of `text`: the longest that fits.
            #[must_use]
            pub fn operator(text: &[u8]) -> Option<(T, usize)> {
                /// What each byte is by itself.
                const SINGLE: [Option<T>; 256] = {
                    let mut single = [None; 256];
                    $(
                        if $op_text.len() == 1 {
                            single[$op_text.as_bytes()[0] as usize] = Some(T::$op);
                        }
                    )*
                    single
                };
                /// The bytes that stand second in some operator.
                const SECOND: [bool; 256] = {
                    let mut second = [false; 256];
                    $(
                        if $op_text.len() > 1 {
                            second[$op_text.as_bytes()[1] as usize] = true;
                        }
                    )*
                    second
                };
                let first = *text.first()?;
                if !text.get(1).is_some_and(|&second| SECOND[usize::from(second)]) {
                    return SINGLE[usize::from(first)].map(|kind| (kind, 1));
                }
                let mut best: Option<(T, usize)> = None;
                $(
                    let op = $op_text.as_bytes();
                    if text.starts_with(op) && best.is_none_or(|(_, n)| n < op.len()) {
                        best = Some((T::$op, op.len()));
                    }
                )*
                best
            }

            /// Whether the token closes a bracket.
            #[must_use]
            pub fn is_closing(self) -> bool {
                matches!(self, T::RParen | T::RBracket | T::RBrace)
            }

            /// The keyword that a word is.
            #[must_use]
            pub fn keyword(word: &str) -> Option<T> {
                match word {
                    $($kw_text => Some(T::$kw),)*
                    _ => None,
                }
            }
        }
    };
}

tokens! {
    operators {
        LParen "(" RParen ")" LBracket "[" RBracket "]" LBrace "{" RBrace "}"
        Comma "," Colon ":" Semicolon ";" Dot "." Ellipsis "..." Arrow "->" At "@" Exclamation "!"
        Assign "=" ColonAssign ":="
        Plus "+" Minus "-" Star "*" StarStar "**" Slash "/" SlashSlash "//" Percent "%"
        Amp "&" Bar "|" Caret "^" Tilde "~" LShift "<<" RShift ">>"
        Lt "<" Gt ">" Le "<=" Ge ">=" EqEq "==" NotEq "!=" LtGt "<>"
        PlusAssign "+=" MinusAssign "-=" StarAssign "*=" SlashAssign "/=" PercentAssign "%="
        AmpAssign "&=" BarAssign "|=" CaretAssign "^=" LShiftAssign "<<=" RShiftAssign ">>="
        StarStarAssign "**=" SlashSlashAssign "//=" AtAssign "@="
    }
    keywords {
        False "False" None "None" True "True" And "and" As "as" Assert "assert" Async "async" Await "await"
        Break "break" Class "class" Continue "continue" Def "def" Del "del" Elif "elif" Else "else"
        Except "except" Finally "finally" For "for" From "from" Global "global" If "if" Import "import"
        In "in" Is "is" Lambda "lambda" Nonlocal "nonlocal" Not "not" Or "or" Pass "pass" Raise "raise"
        Return "return" Try "try" While "while" With "with" Yield "yield"
    }
}

/// A token and where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    pub kind: T,
    pub start: u32,
    pub end: u32,
    /// How many brackets are open around the token.
    pub depth: u8,
}

impl Token {
    /// Where the token stands.
    #[must_use]
    pub fn span(self) -> Span {
        Span::new(self.start, self.end)
    }
}
