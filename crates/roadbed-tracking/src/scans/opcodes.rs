//! The opcodes of pickle, protocols 0 to 5, by what follows them and what they do to the stack.
//! Source: Python 3.13, `Lib/pickletools.py`.

/// What follows an opcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Argument {
    None,
    /// So many bytes.
    Fixed(u64),
    /// A length in so many bytes (little endian), then as many bytes.
    Counted(usize),
    /// Up to the end of the line.
    Line,
    /// Two lines: module and name.
    TwoLines,
}

/// What happens to the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Nothing,
    /// So many go, then one comes whose value does not matter here.
    Push(usize),
    /// The argument is a text.
    PushText,
    Drop(usize),
    Duplicate,
    Mark,
    /// Everything down to the mark goes.
    DropToMark,
    /// As before, then one comes.
    PushToMark,
    /// An import by its argument.
    Global,
    /// As before, with everything down to the mark as its arguments.
    Instance,
    /// An import by the two texts on the stack.
    StackGlobal,
    /// An import by a number that only the loading program knows.
    Extension,
    /// Remembers the top of the stack under the next number.
    Memoize,
    /// Under the number in the argument.
    Put,
    Get,
    Stop,
}

/// None for a byte that is no opcode.
pub(super) const fn opcode(byte: u8) -> Option<(Argument, Effect)> {
    use Argument::{Counted, Fixed, Line, None as Bare, TwoLines};
    use Effect::{
        Drop, DropToMark, Duplicate, Extension, Get, Global, Instance, Mark, Memoize, Nothing, Push, PushText,
        PushToMark, Put, StackGlobal, Stop,
    };
    Some(match byte {
        b'I' | b'L' | b'F' | b'P' => (Line, Push(0)),
        b'S' | b'V' => (Line, PushText),
        b'J' => (Fixed(4), Push(0)),
        b'K' => (Fixed(1), Push(0)),
        b'M' => (Fixed(2), Push(0)),
        b'G' => (Fixed(8), Push(0)),
        0x8a | b'C' => (Counted(1), Push(0)),
        0x8b | b'B' => (Counted(4), Push(0)),
        0x8e | 0x96 => (Counted(8), Push(0)),
        b'U' | 0x8c => (Counted(1), PushText),
        b'T' | b'X' => (Counted(4), PushText),
        0x8d => (Counted(8), PushText),
        b'N' | 0x88 | 0x89 | b']' | b'}' | b')' | 0x8f | 0x97 => (Bare, Push(0)),
        b'Q' | 0x85 => (Bare, Push(1)),
        0x86 | b'R' | 0x81 => (Bare, Push(2)),
        0x87 | 0x92 => (Bare, Push(3)),
        b'a' | b'b' | b'0' => (Bare, Drop(1)),
        b's' => (Bare, Drop(2)),
        b'e' | b'u' | 0x90 | b'1' => (Bare, DropToMark),
        b'l' | b'd' | b't' | b'o' | 0x91 => (Bare, PushToMark),
        b'2' => (Bare, Duplicate),
        b'(' => (Bare, Mark),
        b'c' => (TwoLines, Global),
        b'i' => (TwoLines, Instance),
        0x93 => (Bare, StackGlobal),
        0x82 => (Fixed(1), Extension),
        0x83 => (Fixed(2), Extension),
        0x84 => (Fixed(4), Extension),
        b'p' => (Line, Put),
        b'q' => (Fixed(1), Put),
        b'r' => (Fixed(4), Put),
        b'g' => (Line, Get),
        b'h' => (Fixed(1), Get),
        b'j' => (Fixed(4), Get),
        0x94 => (Bare, Memoize),
        0x80 => (Fixed(1), Nothing),
        0x95 => (Fixed(8), Nothing),
        0x98 => (Bare, Nothing),
        b'.' => (Bare, Stop),
        _ => return None,
    })
}
