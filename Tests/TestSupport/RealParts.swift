import FoundationEssentials

/// The parts of the outside world that some tests need, when they are here. `.ci/run` starts and names them all.
package enum RealParts {
    /// Kubeconfig of a real control plane that tests share.
    package static var kubeconfig: String? { value("LIFEBOAT_TEST_KUBECONFIG") }
    /// Kubeconfigs of two real control planes that only the main job's test touches: the one that is lost, and the empty one.
    package static var sourceKubeconfig: String? { value("LIFEBOAT_TEST_SOURCE_KUBECONFIG") }
    package static var targetKubeconfig: String? { value("LIFEBOAT_TEST_TARGET_KUBECONFIG") }

    /// The endpoint of a real S3 server, with the two pairs of keys that `.ci/run-seaweedfs` gives it.
    package static var s3: String? { value("LIFEBOAT_TEST_S3") }
    /// The same server by TLS, whose buckets are hosts below its own, and the authority of its certificate.
    package static var s3TLS: (endpoint: String, authority: String)? {
        guard let endpoint = value("LIFEBOAT_TEST_S3_TLS"), let authority = value("LIFEBOAT_TEST_S3_AUTHORITY") else {
            return nil
        }
        return (endpoint, authority)
    }
    package static let s3Keys = [
        "AWS_ACCESS_KEY_ID": "lifeboat-test-key", "AWS_SECRET_ACCESS_KEY": "lifeboat-test-secret",
    ]
    package static let s3ReaderKeys = [
        "AWS_ACCESS_KEY_ID": "lifeboat-test-reader", "AWS_SECRET_ACCESS_KEY": "lifeboat-reader-secret",
    ]

    /// The folder of a real sshd that `.ci/run-sshd` started: it has an `ssh_config` with the host `lifeboat-sshd`.
    package static var sftp: String? { value("LIFEBOAT_TEST_SFTP") }

    /// A Python that has what Tests/SecondReader needs.
    package static var secondReader: String? { value("LIFEBOAT_TEST_SECOND_READER") }

    private static func value(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
