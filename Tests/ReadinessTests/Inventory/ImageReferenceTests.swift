import Testing

@testable import Readiness

@Suite struct `An image's name` {
    struct Case: CustomTestStringConvertible {
        let text: String
        let registry: String
        let repository: String
        var tag: String?
        var digest: String?

        var testDescription: String { text }
    }

    static let cases = [
        Case(text: "nginx", registry: "docker.io", repository: "library/nginx"),
        Case(text: "nginx:1.25", registry: "docker.io", repository: "library/nginx", tag: "1.25"),
        Case(text: "team/web:2", registry: "docker.io", repository: "team/web", tag: "2"),
        Case(text: "docker.io/nginx:1", registry: "docker.io", repository: "library/nginx", tag: "1"),
        Case(text: "index.docker.io/library/nginx", registry: "docker.io", repository: "library/nginx"),
        Case(text: "hub.example/web", registry: "hub.example", repository: "web"),
        Case(text: "hub.example:5000/a/b/web:3", registry: "hub.example:5000", repository: "a/b/web", tag: "3"),
        Case(text: "hub:5000/web", registry: "hub:5000", repository: "web"),
        Case(text: "localhost/web:dev", registry: "localhost", repository: "web", tag: "dev"),
        Case(text: "hub/web", registry: "docker.io", repository: "hub/web"),
        Case(text: "web@sha256:12", registry: "docker.io", repository: "library/web", digest: "sha256:12"),
        Case(
            text: "hub.example:5000/web:1.2@sha256:12",
            registry: "hub.example:5000",
            repository: "web",
            tag: "1.2",
            digest: "sha256:12"
        ),
    ]

    @Test(arguments: cases) func `has the parts that container runtimes see`(sample: Case) {
        let image = ImageReference(sample.text)
        #expect(image.registry == sample.registry)
        #expect(image.repository == sample.repository)
        #expect(image.tag == sample.tag)
        #expect(image.digest == sample.digest)
        #expect(image.text == sample.text)
    }

    @Test(arguments: [
        ("web@sha256:12", ImageReference.Pinning.digest), ("web:latest@sha256:12", .digest), ("web:3f9a12b", .commit),
        ("web:main-3f9a12bc-2", .commit), ("web:0123456789012345678901234567890123456789", .commit),
        ("web:v1.2.3", .version), ("web:1.27-alpine", .version), ("web:20260601", .version), ("web:abc123", .version),
        ("web:latest", .moving), ("web:main", .moving), ("web:deadbeef", .moving), ("web", .moving),
    ]) func `says how firmly it names its bytes`(text: String, pinning: ImageReference.Pinning) {
        #expect(ImageReference(text).pinning == pinning)
    }

    @Test func `is of a repository wherever that is mirrored`() {
        #expect(ImageReference("mirror.example:5000/cache/jenkins/jenkins:lts").hasSuffix("jenkins/jenkins"))
        #expect(ImageReference("nginx").hasSuffix("library/nginx"))
        #expect(ImageReference("docker.io/nginx").hasSuffix("docker.io/library/nginx"))
        #expect(!ImageReference("my-jenkins/jenkins").hasSuffix("jenkins/jenkins"))
        #expect(!ImageReference("jenkins/jenkins-agent").hasSuffix("jenkins/jenkins"))
    }
}
