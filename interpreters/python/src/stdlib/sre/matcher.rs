//! The matcher: runs a compiled regular expression on a text, with a stack of alternatives to go back to.
//!
//! Nothing but the marks is undone on going back: repetitions are counted in records that never change, each naming the one
//! outside of it, so that an alternative needs only the number of its record. Marks have a trail of old values.
//! Assertions and atomic groups run as matches of their own, whose alternatives are dropped when they succeed.
//! Invariant: `codes` is what `re._compiler` makes, so that every jump stays inside.

use super::charset::{self, Sets, category, lower, lower_ascii};
use super::codes::{INFO_CHARSET, INFO_PREFIX, MAXREPEAT, at, op};
use memchr::memchr;

/// A text as characters.
pub trait Text {
    /// The number of characters.
    fn len(&self) -> usize;
    /// The character at an index in range.
    fn at(&self, index: usize) -> u32;
    /// Where a character stands first in a range.
    fn find(&self, wanted: u32, from: usize, to: usize) -> Option<usize>;
}

impl Text for &[u8] {
    fn len(&self) -> usize {
        <[u8]>::len(self)
    }
    #[inline(always)]
    fn at(&self, index: usize) -> u32 {
        self[index].into()
    }
    fn find(&self, wanted: u32, from: usize, to: usize) -> Option<usize> {
        let wanted = u8::try_from(wanted).ok()?;
        memchr(wanted, &self[from..to]).map(|at| from + at)
    }
}

impl Text for &[u32] {
    fn len(&self) -> usize {
        <[u32]>::len(self)
    }
    #[inline(always)]
    fn at(&self, index: usize) -> u32 {
        self[index]
    }
    fn find(&self, wanted: u32, from: usize, to: usize) -> Option<usize> {
        self[from..to].iter().position(|&c| c == wanted).map(|at| from + at)
    }
}

/// Why a match could not be decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// The alternatives would take too much memory.
    Memory,
    /// Assertions are nested too deeply.
    Depth,
    /// The program is to be interrupted.
    Interrupted,
}

/// A mark that was not passed.
pub const UNSET: usize = usize::MAX;

/// One round of a repetition.
#[derive(Clone, Copy)]
struct Round {
    /// Where its `REPEAT` stands.
    pc: usize,
    /// Rounds completed before.
    count: u32,
    /// Where the last optional round began; it must not begin there again.
    last: usize,
    /// The round of the repetition outside.
    outer: u32,
}

const NO_ROUND: u32 = u32::MAX;

enum Kind {
    /// Goes on at `pc`.
    Goto,
    /// A greedy run of characters: one fewer, down to `least`. `pc` is what follows.
    Fewer { least: usize },
    /// A reluctant run whose item stands at `item`: one more, up to `most` in all. `pc` is what follows.
    More { item: usize, count: u32, most: u32 },
    /// A reluctant repetition: another round of `round` after all.
    Again { round: u32 },
}

/// What to try when the present way fails.
struct Choice {
    kind: Kind,
    pc: usize,
    pos: usize,
    round: u32,
    rounds: usize,
    trail: usize,
}

/// A match in progress.
pub struct Matcher<'a, T> {
    codes: &'a [u32],
    sets: &'a Sets,
    text: T,
    /// Where matching must stop.
    end: usize,
    /// Pairs of positions for each group.
    pub marks: Vec<usize>,
    /// The group closed last, 0 for none.
    pub last_index: usize,
    trail: Vec<(usize, usize)>,
    rounds: Vec<Round>,
    choices: Vec<Choice>,
    /// Only a match up to the end counts.
    whole: bool,
    /// Where a match must not end.
    forbidden: usize,
    steps: u32,
    depth: u32,
}

/// The most alternatives at a time.
const MOST_CHOICES: usize = 1 << 24;
const MOST_DEPTH: u32 = 200;

impl<'a, T: Text> Matcher<'a, T> {
    /// A matcher of a text up to `end`, for a pattern with so many groups.
    pub fn new(codes: &'a [u32], sets: &'a Sets, text: T, end: usize, groups: usize) -> Self {
        Matcher {
            codes,
            sets,
            text,
            end,
            marks: vec![UNSET; 2 * groups],
            last_index: 0,
            trail: Vec::new(),
            rounds: Vec::new(),
            choices: Vec::new(),
            whole: false,
            forbidden: UNSET,
            steps: 0,
            depth: 0,
        }
    }

    /// Matches at `start`; where the match ends. `whole`: only at the end of the text.
    pub fn match_at(&mut self, start: usize, whole: bool) -> Result<Option<usize>, Trouble> {
        self.whole = whole;
        // Filling nothing would call the C library on a pointer to nothing, which is slow on some machines.
        if !self.marks.is_empty() {
            self.marks.fill(UNSET);
        }
        self.last_index = 0;
        self.trail.clear();
        self.rounds.clear();
        self.choices.clear();
        self.run(0, start, NO_ROUND)
    }

    /// The first match that begins at `start` or later. `advance`: it must not be empty at `start`.
    pub fn search(&mut self, start: usize, advance: bool) -> Result<Option<(usize, usize)>, Trouble> {
        let codes = self.codes;
        // INFO, its length, flags, least and greatest width; then length, skip and text of a prefix, or a set.
        let (flags, least) = if codes[0] == op::INFO { (codes[2], codes[3] as usize) } else { (0, 0) };
        let prefix = if flags & INFO_PREFIX != 0 { &codes[7..7 + codes[5] as usize] } else { &[] };
        let set = (flags & INFO_CHARSET != 0).then(|| self.sets.at(codes, 5));
        let mut pos = start;
        while pos + least <= self.end {
            // A pattern with a prefix or a set is at least one character wide, and no shorter than the prefix.
            if let [first, rest @ ..] = prefix {
                match self.text.find(*first, pos, self.end + 1 - least) {
                    Some(found) => pos = found,
                    None => return Ok(None),
                }
                if (pos + 1..).zip(rest).any(|(at, &code)| self.text.at(at) != code) {
                    pos += 1;
                    continue;
                }
            } else if let Some(set) = &set {
                // A character that it has, in front of which there is room for the rest.
                let candidates = pos..self.end + 1 - least;
                match candidates.into_iter().find(|&at| set.has(self.text.at(at))) {
                    Some(found) => pos = found,
                    None => return Ok(None),
                }
            }
            self.forbidden = if advance && pos == start { start } else { UNSET };
            if let Some(end) = self.match_at(pos, false)? {
                return Ok(Some((pos, end)));
            }
            pos += 1;
        }
        Ok(None)
    }

    fn choose(&mut self, kind: Kind, pc: usize, pos: usize, round: u32) -> Result<(), Trouble> {
        if self.choices.len() >= MOST_CHOICES {
            return Err(Trouble::Memory);
        }
        let (rounds, trail) = (self.rounds.len(), self.trail.len());
        self.choices.push(Choice { kind, pc, pos, round, rounds, trail });
        Ok(())
    }

    fn undo(&mut self, trail: usize) {
        while self.trail.len() > trail {
            let (mark, old) = self.trail.pop().expect("it is longer");
            match self.marks.get_mut(mark) {
                Some(place) => *place = old,
                None => self.last_index = old,
            }
        }
    }

    fn set_mark(&mut self, mark: usize, pos: usize) {
        self.trail.push((mark, self.marks[mark]));
        self.marks[mark] = pos;
        if mark % 2 == 1 {
            self.trail.push((UNSET, self.last_index));
            self.last_index = mark / 2 + 1;
        }
    }

    fn new_round(&mut self, round: Round) -> u32 {
        self.rounds.push(round);
        self.rounds.len() as u32 - 1
    }

    /// A match of its own: an assertion, an atomic group.
    fn nested(&mut self, pc: usize, pos: usize) -> Result<Option<usize>, Trouble> {
        if self.depth >= MOST_DEPTH {
            return Err(Trouble::Depth);
        }
        self.depth += 1;
        let result = self.run(pc, pos, NO_ROUND);
        self.depth -= 1;
        result
    }

    /// Runs from `pc` at `pos` to `SUCCESS`; where it ends. Alternatives made meanwhile are dropped.
    fn run(&mut self, mut pc: usize, mut pos: usize, mut round: u32) -> Result<Option<usize>, Trouble> {
        let base = self.choices.len();
        let top = self.depth == 0;
        let codes = self.codes;
        loop {
            // The instructions that most of a match consists of; the others are in `step`.
            let taken = match codes[pc] {
                op::LITERAL if pos < self.end && self.text.at(pos) == codes[pc + 1] => {
                    Some((pc + 2, pos + 1))
                }
                op::IN if pos < self.end && self.fits(pc, pos) => {
                    Some((pc + 1 + codes[pc + 1] as usize, pos + 1))
                }
                op::JUMP | op::INFO => Some((pc + 1 + codes[pc + 1] as usize, pos)),
                op::MARK => {
                    self.set_mark(codes[pc + 1] as usize, pos);
                    Some((pc + 2, pos))
                }
                op::LITERAL | op::IN => None,
                _ => match self.step(pc, pos, round, top)? {
                    Step::Next { pc, pos, round: next } => {
                        round = next;
                        Some((pc, pos))
                    }
                    Step::Done => {
                        self.choices.truncate(base);
                        return Ok(Some(pos));
                    }
                    Step::Fail => None,
                },
            };
            (pc, pos, round) = match taken {
                Some((pc, pos)) => (pc, pos, round),
                None => match self.back(base)? {
                    Some(next) => next,
                    None => return Ok(None),
                },
            };
        }
    }

    /// Goes back to the last alternative above `base`.
    fn back(&mut self, base: usize) -> Result<Option<(usize, usize, u32)>, Trouble> {
        self.steps = self.steps.wrapping_add(1);
        if self.steps.is_multiple_of(1 << 14) && metajit::poll::requested() {
            return Err(Trouble::Interrupted);
        }
        while self.choices.len() > base {
            let Choice { kind, pc, pos, round, rounds, trail } = self.choices.pop().expect("it is longer");
            self.undo(trail);
            self.rounds.truncate(rounds);
            match kind {
                Kind::Goto => return Ok(Some((pc, pos, round))),
                Kind::Fewer { least } => {
                    if let Some(pos) = self.last_candidate(pc, least, pos) {
                        if pos > least {
                            self.choose(Kind::Fewer { least }, pc, pos - 1, round)?;
                        }
                        return Ok(Some((pc, pos, round)));
                    }
                }
                Kind::More { item, count, most } => {
                    if count < most && pos < self.end && self.fits(item, pos) {
                        self.choose(Kind::More { item, count: count + 1, most }, pc, pos + 1, round)?;
                        return Ok(Some((pc, pos + 1, round)));
                    }
                }
                Kind::Again { round: inner } => {
                    let Round { pc, count, last, outer } = self.rounds[inner as usize];
                    let most = self.codes[pc + 3];
                    if (count < most || most == MAXREPEAT) && last != pos {
                        let again = Round { pc, count: count + 1, last: pos, outer };
                        return Ok(Some((pc + 4, pos, self.new_round(again))));
                    }
                }
            }
        }
        Ok(None)
    }

    /// The last position from `least` to `pos` at which what follows at `pc` may match, as far as one character tells.
    fn last_candidate(&self, pc: usize, least: usize, mut pos: usize) -> Option<usize> {
        if self.codes[pc] != op::LITERAL {
            return Some(pos);
        }
        let wanted = self.codes[pc + 1];
        loop {
            if pos < self.end && self.text.at(pos) == wanted {
                return Some(pos);
            }
            if pos == least {
                return None;
            }
            pos -= 1;
        }
    }

    /// Whether the instruction at `pc`, which takes one character, takes the one at `pos`.
    #[inline]
    fn fits(&self, pc: usize, pos: usize) -> bool {
        let code = self.text.at(pos);
        let operand = self.codes[pc + 1];
        match self.codes[pc] {
            op::LITERAL => code == operand,
            op::NOT_LITERAL => code != operand,
            op::ANY => code != 10,
            op::ANY_ALL => true,
            op::IN => self.sets.at(self.codes, pc + 2).has(code),
            op::CATEGORY => category(operand, code),
            op::LITERAL_IGNORE | op::LITERAL_LOC_IGNORE => lower_ascii(code) == lower_ascii(operand),
            op::NOT_LITERAL_IGNORE | op::NOT_LITERAL_LOC_IGNORE => lower_ascii(code) != lower_ascii(operand),
            op::LITERAL_UNI_IGNORE => lower(code) == operand,
            op::NOT_LITERAL_UNI_IGNORE => lower(code) != operand,
            op::IN_IGNORE => charset::contains(&self.codes[pc + 2..], lower_ascii(code)),
            op::IN_UNI_IGNORE => charset::contains(&self.codes[pc + 2..], lower(code)),
            op::IN_LOC_IGNORE => {
                let set = &self.codes[pc + 2..];
                let upper = if code < 128 { u32::from((code as u8).to_ascii_uppercase()) } else { code };
                charset::contains(set, lower_ascii(code)) || charset::contains(set, upper)
            }
            _ => false,
        }
    }

    /// How many characters from `pos` on the instruction at `pc` takes, at most `most`.
    fn count(&self, pc: usize, pos: usize, most: u32) -> usize {
        let room = self.end - pos;
        let most = if most == MAXREPEAT { room } else { room.min(most as usize) };
        let wanted = self.codes[pc + 1];
        let run =
            |fits: &dyn Fn(u32) -> bool| (0..most).find(|&i| !fits(self.text.at(pos + i))).unwrap_or(most);
        match self.codes[pc] {
            op::ANY_ALL => return most,
            op::ANY => return self.text.find(10, pos, pos + most).map_or(most, |at| at - pos),
            op::NOT_LITERAL => return self.text.find(wanted, pos, pos + most).map_or(most, |at| at - pos),
            op::LITERAL => return run(&|code| code == wanted),
            op::IN => {
                let set = self.sets.at(self.codes, pc + 2);
                return (0..most).find(|&i| !set.has(self.text.at(pos + i))).unwrap_or(most);
            }
            _ => {}
        }
        (0..most).find(|&i| !self.fits(pc, pos + i)).unwrap_or(most)
    }

    fn step(&mut self, pc: usize, pos: usize, round: u32, top: bool) -> Result<Step, Trouble> {
        let codes = self.codes;
        let next = |pc: usize, pos: usize| Ok(Step::Next { pc, pos, round });
        let skipped = |at: usize| at + codes[at] as usize;
        match codes[pc] {
            op::FAILURE => Ok(Step::Fail),
            op::SUCCESS => {
                let refused = top && (self.whole && pos != self.end || pos == self.forbidden);
                Ok(if refused { Step::Fail } else { Step::Done })
            }
            op::ANY | op::ANY_ALL => {
                if pos < self.end && self.fits(pc, pos) {
                    next(pc + 1, pos + 1)
                } else {
                    Ok(Step::Fail)
                }
            }
            op::LITERAL
            | op::NOT_LITERAL
            | op::CATEGORY
            | op::LITERAL_IGNORE
            | op::NOT_LITERAL_IGNORE
            | op::LITERAL_UNI_IGNORE
            | op::NOT_LITERAL_UNI_IGNORE
            | op::LITERAL_LOC_IGNORE
            | op::NOT_LITERAL_LOC_IGNORE => {
                if pos < self.end && self.fits(pc, pos) {
                    next(pc + 2, pos + 1)
                } else {
                    Ok(Step::Fail)
                }
            }
            op::IN | op::IN_IGNORE | op::IN_UNI_IGNORE | op::IN_LOC_IGNORE => {
                if pos < self.end && self.fits(pc, pos) {
                    next(skipped(pc + 1), pos + 1)
                } else {
                    Ok(Step::Fail)
                }
            }
            op::MARK => {
                self.set_mark(codes[pc + 1] as usize, pos);
                next(pc + 2, pos)
            }
            op::AT => {
                if self.is_at(codes[pc + 1], pos) {
                    next(pc + 2, pos)
                } else {
                    Ok(Step::Fail)
                }
            }
            op::JUMP | op::INFO => next(skipped(pc + 1), pos),
            op::BRANCH => self.branch(pc + 1, pos, round),
            op::REPEAT => {
                let until = skipped(pc + 1);
                let first = Round { pc, count: 0, last: UNSET, outer: round };
                let first = self.new_round(first);
                Ok(Step::Next { pc: until, pos, round: first })
            }
            op::MAX_UNTIL | op::MIN_UNTIL => self.until(pc, pos, round),
            op::REPEAT_ONE | op::MIN_REPEAT_ONE | op::POSSESSIVE_REPEAT_ONE => {
                self.repeat_one(pc, pos, round)
            }
            op::POSSESSIVE_REPEAT => self.possessive(pc, pos, round),
            op::ATOMIC_GROUP => match self.nested(pc + 2, pos)? {
                Some(end) => next(skipped(pc + 1), end),
                None => Ok(Step::Fail),
            },
            op::ASSERT | op::ASSERT_NOT => {
                let wanted = codes[pc] == op::ASSERT;
                let trail = self.trail.len();
                let found = match pos.checked_sub(codes[pc + 2] as usize) {
                    Some(from) => self.nested(pc + 3, from)?.is_some(),
                    None => false,
                };
                if found != wanted || !wanted {
                    self.undo(trail);
                }
                if found == wanted { next(skipped(pc + 1), pos) } else { Ok(Step::Fail) }
            }
            op::GROUPREF | op::GROUPREF_IGNORE | op::GROUPREF_LOC_IGNORE | op::GROUPREF_UNI_IGNORE => {
                match self.repeated_group(codes[pc], codes[pc + 1] as usize, pos) {
                    Some(end) => next(pc + 2, end),
                    None => Ok(Step::Fail),
                }
            }
            op::GROUPREF_EXISTS => {
                let group = codes[pc + 1] as usize;
                let exists = self.marks[2 * group] != UNSET && self.marks[2 * group + 1] != UNSET;
                next(if exists { pc + 3 } else { skipped(pc + 2) - 1 }, pos)
            }
            // The compiler makes no others.
            _ => Ok(Step::Fail),
        }
    }

    fn branch(&mut self, mut arm: usize, pos: usize, round: u32) -> Result<Step, Trouble> {
        let codes = self.codes;
        // Alternatives that their first character rules out are left out.
        let may_match = |matcher: &Self, arm: usize| match codes[arm + 1] {
            op::LITERAL | op::IN => pos < matcher.end && matcher.fits(arm + 1, pos),
            _ => true,
        };
        let mut first = None;
        let mut others = 0;
        while codes[arm] != 0 {
            if may_match(self, arm) {
                if first.is_none() {
                    first = Some(arm + 1);
                } else {
                    self.choose(Kind::Goto, arm + 1, pos, round)?;
                    others += 1;
                }
            }
            arm += codes[arm] as usize;
        }
        // They were pushed in order, and the last is taken first.
        let len = self.choices.len();
        self.choices[len - others..].reverse();
        Ok(first.map_or(Step::Fail, |pc| Step::Next { pc, pos, round }))
    }

    fn until(&mut self, pc: usize, pos: usize, round: u32) -> Result<Step, Trouble> {
        let current = self.rounds[round as usize];
        let Round { pc: repeat, count, last, outer } = current;
        let (least, most) = (self.codes[repeat + 2], self.codes[repeat + 3]);
        if count < least {
            let again = self.new_round(Round { count: count + 1, ..current });
            return Ok(Step::Next { pc: repeat + 4, pos, round: again });
        }
        if self.codes[pc] == op::MIN_UNTIL {
            self.choose(Kind::Again { round }, pc, pos, round)?;
            return Ok(Step::Next { pc: pc + 1, pos, round: outer });
        }
        if (count < most || most == MAXREPEAT) && last != pos {
            self.choose(Kind::Goto, pc + 1, pos, outer)?;
            let again = self.new_round(Round { count: count + 1, last: pos, ..current });
            return Ok(Step::Next { pc: repeat + 4, pos, round: again });
        }
        Ok(Step::Next { pc: pc + 1, pos, round: outer })
    }

    fn repeat_one(&mut self, pc: usize, pos: usize, round: u32) -> Result<Step, Trouble> {
        let (least, most) = (self.codes[pc + 2] as usize, self.codes[pc + 3]);
        let (item, tail) = (pc + 4, pc + 1 + self.codes[pc + 1] as usize);
        if pos + least > self.end {
            return Ok(Step::Fail);
        }
        if self.codes[pc] == op::MIN_REPEAT_ONE {
            if self.count(item, pos, least as u32) < least {
                return Ok(Step::Fail);
            }
            let pos = pos + least;
            let kind = Kind::More { item, count: least as u32, most };
            self.choose(kind, tail, pos, round)?;
            return Ok(Step::Next { pc: tail, pos, round });
        }
        let count = self.count(item, pos, most);
        if count < least {
            return Ok(Step::Fail);
        }
        if self.codes[pc] == op::POSSESSIVE_REPEAT_ONE {
            return Ok(Step::Next { pc: tail, pos: pos + count, round });
        }
        let least = pos + least;
        let Some(pos) = self.last_candidate(tail, least, pos + count) else { return Ok(Step::Fail) };
        if pos > least {
            self.choose(Kind::Fewer { least }, tail, pos - 1, round)?;
        }
        Ok(Step::Next { pc: tail, pos, round })
    }

    fn possessive(&mut self, pc: usize, mut pos: usize, round: u32) -> Result<Step, Trouble> {
        let (least, most) = (self.codes[pc + 2], self.codes[pc + 3]);
        let mut count = 0;
        while count < most || most == MAXREPEAT {
            let trail = self.trail.len();
            match self.nested(pc + 4, pos)? {
                Some(end) if end == pos && count >= least => break,
                Some(end) => pos = end,
                None => {
                    self.undo(trail);
                    break;
                }
            }
            count += 1;
        }
        // The body ends with SUCCESS, and so does the repetition.
        let tail = pc + 1 + self.codes[pc + 1] as usize + 1;
        Ok(if count < least { Step::Fail } else { Step::Next { pc: tail, pos, round } })
    }

    /// Where the text of a group ends when it stands at `pos` once more.
    fn repeated_group(&self, kind: u32, group: usize, mut pos: usize) -> Option<usize> {
        let (start, end) = (self.marks[2 * group], self.marks[2 * group + 1]);
        if start == UNSET || end == UNSET || end < start {
            return None;
        }
        let fold = |code: u32| match kind {
            op::GROUPREF => code,
            op::GROUPREF_UNI_IGNORE => lower(code),
            _ => lower_ascii(code),
        };
        for i in start..end {
            if pos >= self.end || fold(self.text.at(i)) != fold(self.text.at(pos)) {
                return None;
            }
            pos += 1;
        }
        Some(pos)
    }

    fn is_at(&self, place: u32, pos: usize) -> bool {
        let newline = |i: usize| self.text.at(i) == 10;
        let boundary = |is_word: fn(u32) -> bool| {
            if self.text.len() == 0 {
                return None;
            }
            let before = pos > 0 && is_word(self.text.at(pos - 1));
            let after = pos < self.end && is_word(self.text.at(pos));
            Some(before != after)
        };
        match place {
            at::BEGINNING | at::BEGINNING_STRING => pos == 0,
            at::BEGINNING_LINE => pos == 0 || newline(pos - 1),
            at::END => pos == self.end || pos + 1 == self.end && newline(pos),
            at::END_LINE => pos == self.end || newline(pos),
            at::END_STRING => pos == self.end,
            at::BOUNDARY | at::LOC_BOUNDARY => boundary(charset::is_ascii_word) == Some(true),
            at::NON_BOUNDARY | at::LOC_NON_BOUNDARY => boundary(charset::is_ascii_word) == Some(false),
            at::UNI_BOUNDARY => boundary(charset::is_word) == Some(true),
            at::UNI_NON_BOUNDARY => boundary(charset::is_word) == Some(false),
            _ => false,
        }
    }
}

enum Step {
    Next { pc: usize, pos: usize, round: u32 },
    Done,
    Fail,
}
