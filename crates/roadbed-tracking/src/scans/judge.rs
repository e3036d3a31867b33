//! Which imports are dangerous, and which are those of known libraries.

/// What to think of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Severity {
    Harmless,
    Unknown,
    Dangerous,
}

impl Severity {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Harmless => "harmless",
            Self::Unknown => "unknown",
            Self::Dangerous => "dangerous",
        }
    }
}

/// Modules all of whose names are dangerous, with everything below them.
pub(super) const DANGEROUS: [&str; 56] = [
    "_aix_support",
    "_osx_support",
    "_pickle",
    "_posixsubprocess",
    "_pyrepl",
    "_socket",
    "aiohttp",
    "asyncio",
    "bdb",
    "cProfile",
    "cloudpickle",
    "code",
    "codeop",
    "commands",
    "ctypes",
    "dill",
    "distutils",
    "doctest",
    "ensurepip",
    "ftplib",
    "gc",
    "glob",
    "http",
    "httplib",
    "idlelib",
    "imaplib",
    "importlib",
    "inspect",
    "lib2to3",
    "marshal",
    "multiprocessing",
    "nt",
    "numpy.f2py",
    "numpy.testing",
    "os",
    "pathlib",
    "pdb",
    "pickle",
    "pip",
    "pkgutil",
    "poplib",
    "posix",
    "posixpath",
    "profile",
    "pty",
    "pydoc",
    "requests",
    "runpy",
    "shutil",
    "smtplib",
    "socket",
    "ssl",
    "subprocess",
    "sys",
    "urllib",
    "webbrowser",
];

/// Single names that are dangerous in modules which are not.
const DANGEROUS_NAMES: [(&str, &[&str]); 16] = [
    ("_io", &["FileIO", "open", "open_code"]),
    ("_operator", &["attrgetter", "itemgetter", "methodcaller"]),
    ("functools", &["partial", "reduce"]),
    ("io", &["FileIO", "open", "open_code"]),
    ("joblib", &["load"]),
    ("logging", &["FileHandler"]),
    ("logging.config", &["dictConfig", "fileConfig", "listen"]),
    ("mlflow.pyfunc", &["load_model"]),
    ("numpy", &["load", "fromfile", "loadtxt", "memmap", "genfromtxt"]),
    ("operator", &["attrgetter", "itemgetter", "methodcaller"]),
    ("pandas", &["read_pickle", "eval"]),
    ("platform", &["popen"]),
    ("torch", &["load", "compile"]),
    ("torch.hub", &["load"]),
    ("torch.serialization", &["load"]),
    ("types", &["CodeType", "FunctionType"]),
];

/// What `builtins` has that data needs; everything else in it is dangerous.
const HARMLESS_BUILTINS: [&str; 18] = [
    "Ellipsis",
    "NotImplemented",
    "bool",
    "bytearray",
    "bytes",
    "complex",
    "dict",
    "float",
    "frozenset",
    "int",
    "list",
    "long",
    "object",
    "range",
    "set",
    "slice",
    "str",
    "tuple",
];

/// Libraries whose classes models are made of, and modules of Python that hold data.
const KNOWN: [&str; 30] = [
    "_codecs",
    "_reconstructor",
    "array",
    "catboost",
    "collections",
    "copy_reg",
    "copyreg",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "joblib.numpy_pickle",
    "keras",
    "lightgbm",
    "mlflow",
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "sklearn",
    "skops",
    "statsmodels",
    "tensorflow",
    "tokenizers",
    "torch",
    "torchvision",
    "transformers",
    "uuid",
    "xgboost",
    "zoneinfo",
];

fn is_below(module: &str, of: &str) -> bool {
    module.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

pub(super) fn judge(module: &str, name: &str) -> Severity {
    if matches!(module, "builtins" | "__builtin__" | "__builtins__") {
        return if HARMLESS_BUILTINS.contains(&name) { Severity::Harmless } else { Severity::Dangerous };
    }
    let named = |(of, names): &(&str, &[&str])| {
        // A name may walk on by dots: `torch` `hub.load`.
        let full = format!("{module}.{name}");
        names.iter().any(|dangerous| full == format!("{of}.{dangerous}") || (*of == module && *dangerous == name))
    };
    let walks_into = name.split('.').rev().skip(1).any(|part| DANGEROUS.contains(&part));
    if DANGEROUS.iter().any(|of| is_below(module, of)) || DANGEROUS_NAMES.iter().any(named) || walks_into {
        return Severity::Dangerous;
    }
    if KNOWN.iter().any(|of| is_below(module, of)) && !name.contains('.') {
        return Severity::Harmless;
    }
    Severity::Unknown
}
