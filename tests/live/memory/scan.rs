//! Looking for secrets in the memory of a process.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::process::{Command, Stdio};

/// As much of a secret as proves that it is there, and would not be there by chance.
const LENGTH: usize = 20;
const PAGE: usize = 4096;
/// Patterns are kept under this mask: the process that looks may be the one that is looked at.
const MASK: u8 = 0xa5;

static ZEROS: [u8; PAGE + LENGTH - 1] = [0; PAGE + LENGTH - 1];

/// What is looked for, by its first two bytes.
#[derive(Debug, Default)]
pub(super) struct Patterns(BTreeMap<[u8; 2], Vec<([u8; LENGTH], String)>>);

impl Patterns {
    pub(super) fn len(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    pub(super) fn extend(&mut self, other: Self) {
        for (start, patterns) in other.0 {
            self.0.entry(start).or_default().extend(patterns);
        }
    }

    /// The middle of a secret: allocators write over the first bytes of what is freed.
    pub(super) fn add(&mut self, file: &str, what: &str, secret: &[u8]) {
        let at = (secret.len() - LENGTH) / 2;
        let mut pattern = [0; LENGTH];
        for (to, from) in pattern.iter_mut().zip(&secret[at..]) {
            *to = from ^ MASK;
        }
        let start = [pattern[0] ^ MASK, pattern[1] ^ MASK];
        let patterns = self.0.entry(start).or_default();
        patterns.push((pattern, format!("{what} of {file}")));
    }

    /// A private key's text, and its secret numbers as they are written and as they are computed
    /// with, the lowest byte first.
    pub(super) fn add_pem(&mut self, file: &str, pem: &[u8]) {
        let text = std::str::from_utf8(pem).unwrap();
        for line in text.lines().filter(|line| line.len() == 64) {
            self.add(file, "a line", line.as_bytes());
        }
        for (what, number) in numbers(pem) {
            self.add(file, what, &number);
            let reversed: Vec<u8> = number.into_iter().rev().collect();
            self.add(file, &format!("{what}, reversed,"), &reversed);
        }
    }
}

/// The secret numbers of a key: the scalar of an EC key; what an RSA key has besides its modulus
/// and public exponent.
fn numbers(pem: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let is_rsa = String::from_utf8_lossy(pem).contains("RSA PRIVATE KEY");
    let parsed = String::from_utf8(openssl("asn1parse", pem)).unwrap();
    let long = parsed.lines().filter_map(|line| {
        let (_, hex) = line.rsplit_once(':')?;
        let is_number = line.contains("INTEGER") || line.contains("OCTET STRING");
        let number = is_number.then(|| unhex(hex)).flatten()?;
        (number.len() >= 32).then_some(number)
    });
    let names: &[&str] = if is_rsa {
        &["n", "d", "p", "q", "d mod p-1", "d mod q-1", "1/q mod p"]
    } else {
        &["the scalar"]
    };
    let mut numbers: Vec<(&str, Vec<u8>)> = names.iter().copied().zip(long).collect();
    assert_eq!(numbers.len(), names.len(), "{parsed}");
    numbers.retain(|(name, _)| *name != "n");
    numbers
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// Runs openssl on something.
pub(super) fn openssl(arguments: &str, input: &[u8]) -> Vec<u8> {
    let mut command = Command::new("openssl");
    command.args(arguments.split(' '));
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "openssl {arguments}");
    output.stdout
}

/// Every place of a process's memory at which a pattern is.
pub(super) fn scan(pid: u32, patterns: &Patterns) -> io::Result<Vec<String>> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps"))?;
    let mut memory = std::fs::File::open(format!("/proc/{pid}/mem"))?;
    let starts = starts(patterns);
    let mut found = Vec::new();
    let mut scanned = 0;
    for map in maps.lines() {
        let mut fields = map.split_whitespace();
        let (Some(range), Some(rights)) = (fields.next(), fields.next()) else {
            continue;
        };
        // What cannot be written came from a file as it is.
        if !rights.starts_with("rw") {
            continue;
        }
        let name = fields.nth(3).unwrap_or("anonymous memory");
        let (start, end) = range.split_once('-').unwrap();
        let [start, end] = [start, end].map(|at| u64::from_str_radix(at, 16).unwrap());
        // Reserved once: growing would copy what is looked for, in a process that looks at itself.
        let mut bytes = Vec::with_capacity(usize::try_from(end - start).unwrap() + 1);
        memory.seek(SeekFrom::Start(start))?;
        // Reading ends early where pages were given back meanwhile.
        let _ = (&mut memory).take(end - start).read_to_end(&mut bytes);
        scanned += bytes.len();
        for at in (0..bytes.len()).step_by(PAGE) {
            let page = &bytes[at..bytes.len().min(at + PAGE + LENGTH - 1)];
            // Most of a stack was never used.
            if page != &ZEROS[..page.len()] {
                search(page, patterns, &starts, |offset, what| {
                    let offset = at + offset;
                    found.push(format!("{what} in {name} at {start:#x} + {offset:#x}"));
                });
            }
        }
        bytes.fill(0);
        std::hint::black_box(&bytes);
    }
    assert!(scanned > 100_000, "only {scanned} bytes were seen");
    Ok(found)
}

fn search(page: &[u8], patterns: &Patterns, starts: &[bool], mut found: impl FnMut(usize, &str)) {
    for (at, window) in page.windows(LENGTH).enumerate() {
        if !starts[index([window[0], window[1]])] {
            continue;
        }
        for (pattern, what) in &patterns.0[&[window[0], window[1]]] {
            let mut pairs = window.iter().zip(pattern);
            if pairs.all(|(byte, masked)| byte ^ MASK == *masked) {
                found(at, what);
            }
        }
    }
}

fn starts(patterns: &Patterns) -> Vec<bool> {
    let mut starts = vec![false; 1 << 16];
    for start in patterns.0.keys() {
        starts[index(*start)] = true;
    }
    starts
}

fn index(start: [u8; 2]) -> usize {
    usize::from(u16::from_be_bytes(start))
}
