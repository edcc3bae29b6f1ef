// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "_CryptoExtras", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let httpServer: Target.Dependency = .product(name: "FlyingFox", package: "FlyingFox")
let sockets: Target.Dependency = .product(name: "FlyingSocks", package: "FlyingFox")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let filePaths: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

/// A module of Lifeboat; `knows` is the row of the module table in docs/architecture.md, and the build enforces it.
func module(_ name: String, knows: [String] = [], uses: [Target.Dependency] = [], path: String? = nil) -> Target {
    .target(name: name, dependencies: knows.map { .init(stringLiteral: $0) } + uses, path: path, swiftSettings: strict)
}

/// The test target of a module.
func tests(_ name: String, knows: [String], uses: [Target.Dependency] = []) -> Target {
    .testTarget(name: name, dependencies: knows.map { .init(stringLiteral: $0) } + uses, swiftSettings: strict)
}

let package = Package(
    name: "lifeboat",
    platforms: [.macOS(.v26)],
    products: [.executable(name: "lifeboat", targets: ["lifeboat"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CIsal", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CFileSystem"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CCurlShims", dependencies: ["CCurl"]),
        .target(name: "CBlobDictionary", exclude: ["objects-1.dictionary"]),

        module("KubernetesObjects", uses: ["Yams"]),
        module(
            "KubernetesAPI",
            knows: ["KubernetesObjects"],
            uses: ["CCurl", "CCurlShims", logging, subprocess, filePaths, x509, asn1]
        ),
        module("SandboxCluster", knows: ["KubernetesObjects"], uses: [crypto, httpServer, sockets, logging]),
        module(
            "Archive",
            knows: ["KubernetesObjects"],
            uses: [
                "CZstd", "CBlobDictionary", "CIsal", "COpenSSL", "CCurl", "CCurlShims", "CFileSystem", crypto,
                cryptoExtras,
                logging,
            ]
        ),
        module("Policies", knows: ["KubernetesObjects"], uses: ["Yams"]),
        module(
            "Backup",
            knows: ["KubernetesObjects", "KubernetesAPI", "Archive", "Policies"],
            uses: ["CZlib", logging]
        ),
        module("Restore", knows: ["KubernetesObjects", "KubernetesAPI", "Archive", "Policies"], uses: [logging]),
        module(
            "Readiness",
            knows: ["KubernetesObjects", "KubernetesAPI", "Archive", "Policies"],
            uses: ["COpenSSL", crypto, cryptoExtras, x509, asn1, logging]
        ),
        module(
            "Drills",
            knows: [
                "KubernetesObjects", "KubernetesAPI", "Archive", "Policies", "Backup", "Restore", "Readiness",
                "SandboxCluster",
            ],
            uses: [logging, subprocess, filePaths, crypto, x509, asn1]
        ),
        module("Reports", knows: ["KubernetesObjects", "Drills", "Readiness", "Restore"]),
        module(
            "Daemon",
            knows: [
                "KubernetesObjects", "KubernetesAPI", "Archive", "Policies", "Backup", "Restore", "Readiness", "Drills",
                "Reports",
            ],
            uses: [
                httpServer, .product(name: "FlyingSocks", package: "FlyingFox"), logging, lifecycle,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),
        module(
            "Commands",
            knows: [
                "KubernetesObjects", "KubernetesAPI", "SandboxCluster", "Archive", "Policies", "Backup", "Restore",
                "Readiness",
                "Drills", "Reports", "Daemon",
            ],
            uses: [arguments, logging, lifecycle, subprocess, filePaths]
        ),
        .executableTarget(name: "lifeboat", dependencies: ["Commands", "CMalloc"], swiftSettings: strict),

        tests("KubernetesObjectsTests", knows: ["KubernetesObjects"]),
        tests("KubernetesAPITests", knows: ["KubernetesObjects", "KubernetesAPI", "TestSupport"]),
        tests("ArchiveTests", knows: ["KubernetesObjects", "Archive", "TestSupport"], uses: [crypto, cryptoExtras]),
        tests("PoliciesTests", knows: ["KubernetesObjects", "Policies"]),
        tests(
            "DaemonTests",
            knows: ["KubernetesObjects", "Policies", "Daemon"],
            uses: [logging, lifecycle, .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle")]
        ),
        tests("SandboxClusterTests", knows: ["KubernetesObjects", "SandboxCluster"], uses: [httpServer, sockets]),
        tests(
            "BackupTests",
            knows: ["KubernetesObjects", "KubernetesAPI", "Archive", "Policies", "Backup", "TestSupport"],
            uses: [logging]
        ),
        tests("RestoreTests", knows: ["KubernetesObjects", "KubernetesAPI", "Archive", "Policies", "Restore"]),
        tests("ReadinessTests", knows: ["KubernetesObjects", "KubernetesAPI", "Policies", "Readiness", "TestSupport"]),
        module(
            "TestSupport",
            knows: ["KubernetesObjects", "KubernetesAPI", "Archive", "SandboxCluster"],
            uses: [httpServer, sockets],
            path: "Tests/TestSupport"
        ),
        tests("ReportsTests", knows: ["KubernetesObjects", "Reports"]),
        tests(
            "DrillsTests",
            knows: [
                "KubernetesObjects", "KubernetesAPI", "Archive", "Policies", "Readiness", "SandboxCluster", "Drills",
                "TestSupport",
            ],
            uses: [logging]
        ),
        tests(
            "CommandsTests",
            knows: [
                "KubernetesObjects", "KubernetesAPI", "SandboxCluster", "Archive", "Drills", "TestSupport", "lifeboat",
            ],
            uses: [logging, subprocess, filePaths, crypto, x509, asn1]
        ),
        tests(
            "KubectlTests",
            knows: ["KubernetesObjects", "SandboxCluster", "TestSupport"],
            uses: [subprocess, filePaths]
        ),
        tests("ConformanceTests", knows: ["KubernetesObjects", "KubernetesAPI", "TestSupport"]),
        tests(
            "EndToEndTests",
            knows: [
                "KubernetesObjects", "KubernetesAPI", "SandboxCluster", "Archive", "Policies", "Backup", "Restore",
                "TestSupport",
            ],
            uses: ["CFileSystem", logging]
        ),
    ],
    swiftLanguageModes: [.v6]
)
