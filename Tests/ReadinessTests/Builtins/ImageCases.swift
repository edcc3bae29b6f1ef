import FoundationEssentials
import KubernetesObjects

@testable import Readiness

extension BuiltinCase {
    private static func web(_ image: String, spec: String = "x-none: true", namespace: String = "shop") -> String {
        Sample.deployment("web", namespace: namespace, image: image, spec: spec)
    }

    private static let image = "Deployment.apps shop/web at /spec/template/spec/containers/0/image"

    private static func pod(_ image: String, _ bytes: String, name: String = "web-1", kind: String = "containers")
        -> String
    {
        let statuses = kind == "containers" ? "containerStatuses" : "initContainerStatuses"
        return "{apiVersion: v1, kind: Pod, metadata: {name: \(name), namespace: shop}, "
            + "spec: {\(kind): [{name: web, image: \"\(image)\"}]}, "
            + "status: {\(statuses): [{name: web, imageID: \"\(bytes)\"}]}}"
    }

    static let imageBytes: [BuiltinCase] = [
        BuiltinCase("image-bytes-unchanged", "the same bytes", .pass, pod("a/web:1", "a/web@sha256:aa"))
            .snapshot(pod("a/web:1", "docker-pullable://a/web@sha256:aa")),
        BuiltinCase("image-bytes-unchanged", "a tag that was moved", .fail, pod("a/web:1", "a/web@sha256:bb"))
            .snapshot(pod("a/web:1", "a/web@sha256:aa"))
            .finding(
                "fail Pod shop/web-1 at /status: runs a/web:1 as sha256:bb, and in the snapshot that name was sha256:aa"
            ),
        BuiltinCase(
            "image-bytes-unchanged",
            "a moved tag of many Pods is told once, and init containers count",
            .fail,
            Sample.join(
                pod("a/web:1", "a/web@sha256:bb", name: "web-2", kind: "initContainers"),
                pod("a/web:1", "a/web@sha256:bb", kind: "initContainers")
            )
        )
        .snapshot(pod("a/web:1", "a/web@sha256:aa", kind: "initContainers"))
        .finding(
            "fail Pod shop/web-1 at /status: runs a/web:1 as sha256:bb, and in the snapshot that name was sha256:aa"
        ),
        BuiltinCase("image-bytes-unchanged", "bytes of two nodes", .pass, pod("a/web:1", "a/web@sha256:bb"))
            .snapshot(Sample.join(pod("a/web:1", "a/web@sha256:aa"), pod("a/web:1", "a/web@sha256:bb", name: "web-2"))),
        BuiltinCase(
            "image-bytes-unchanged",
            "an image loaded by hand has no digest",
            .skip,
            pod("a/web:1", "sha256:bb")
        )
        .snapshot(pod("a/web:1", "sha256:aa"))
        .reason("there is nothing to look at"),
        BuiltinCase("image-bytes-unchanged", "without a snapshot", .skip, pod("a/web:1", "a/web@sha256:aa"))
            .reason("there is nothing to look at"),
    ]

    static let images: [BuiltinCase] = [
        BuiltinCase("images-pinned", "a digest", .pass, web("hub.example/web@sha256:12ab")),
        BuiltinCase("images-pinned", "a commit in the tag", .pass, web("hub.example/web:main-3f9a12bc")),
        BuiltinCase("images-pinned", "a version tag can be moved", .warn, web("hub.example/web:1.4"))
            .finding("warn \(image): hub.example/web:1.4 is pinned by a version tag, which can be moved"),
        BuiltinCase("images-pinned", "version tags of a trusted place", .pass, web("hub.example/web:1.4"))
            .parameters("versionTagsFrom: [hub.example/*]"),
        BuiltinCase("images-pinned", "latest moves", .fail, web("hub.example/web:latest"))
            .finding(
                "fail \(image): hub.example/web:latest can change between the backup and the rebuild: "
                    + "it has no digest and no version"
            ),
        BuiltinCase(
            "images-pinned",
            "the system's namespaces are left alone",
            .skip,
            web("web", namespace: "kube-system")
        )
        .reason("there is nothing to look at"),
    ]

    private static func pullSecret(_ host: String, credential: String = #""auth": "dXNlcjpwYXNz""#) -> String {
        let text = #"{"auths": {"\#(host)": {\#(credential)}}}"#
        return """
            apiVersion: v1
            kind: Secret
            metadata: {name: pull, namespace: shop}
            type: kubernetes.io/dockerconfigjson
            data: {.dockerconfigjson: \(Data(text.utf8).base64EncodedString())}
            """
    }

    private static let account = """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: robot, namespace: shop}
        imagePullSecrets: [{name: pull}]
        """

    private static let pulling = web("private.example:5000/web:1", spec: "imagePullSecrets: [{name: pull}]")
    private static let spec = "Deployment.apps shop/web at /spec/template/spec"

    static let pullSecrets: [BuiltinCase] = [
        BuiltinCase(
            "pull-secrets-cover",
            "the Pod's secret covers its registry",
            .pass,
            Sample.join(pulling, pullSecret("https://private.example:5000/v2/"))
        ),
        BuiltinCase(
            "pull-secrets-cover",
            "the account's secret covers it",
            .pass,
            Sample.join(
                web("private.example/web:1", spec: "serviceAccountName: robot"),
                account,
                pullSecret("*.example")
            )
        ),
        BuiltinCase("pull-secrets-cover", "the secret is lost", .fail, pulling)
            .finding(
                "fail \(spec)/imagePullSecrets/0: pulls its images with the Secret shop/pull, which does not exist",
                "fail \(spec)/imagePullSecrets: no pull secret of it covers private.example:5000"
            ),
        BuiltinCase(
            "pull-secrets-cover",
            "the secret is for another registry",
            .fail,
            Sample.join(pulling, pullSecret("other.example"))
        )
        .finding("fail \(spec)/imagePullSecrets: no pull secret of it covers private.example:5000"),
        BuiltinCase(
            "pull-secrets-cover",
            "the secret has no credential",
            .fail,
            Sample.join(pulling, pullSecret("private.example:5000", credential: #""email": "a@b""#))
        )
        .finding(
            "fail \(spec)/imagePullSecrets: no pull secret of it covers private.example:5000",
            "fail Secret shop/pull at /data: is no registry credential that a kubelet can read"
        ),
        BuiltinCase("pull-secrets-cover", "nothing says how it is pulled", .warn, web("private.example/web:1"))
            .finding("warn \(spec)/imagePullSecrets: no pull secret of it covers private.example"),
        BuiltinCase("pull-secrets-cover", "a public registry needs none", .skip, web("nginx:1.25"))
            .reason("there is nothing to look at"),
        BuiltinCase("pull-secrets-cover", "a registry of the user's is public", .skip, web("private.example/web:1"))
            .parameters("publicRegistries: [private.example]").reason("there is nothing to look at"),
        BuiltinCase("pull-secrets-cover", "Secrets that cannot be read", .unknown, pulling)
            .unreadable(.secret, "forbidden").reason("Secret could not be read: forbidden"),
    ]
}
