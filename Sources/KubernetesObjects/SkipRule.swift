/// Why an object of a snapshot is not written to the cluster that is rebuilt.
///
/// Such objects are made by the API server or by a controller, which does it again in the new cluster; a copy would be
/// refused, fought over or, worse, believed.
package struct SkipRule: Hashable, Sendable {
    /// A stable name, such as `controlled-pod`.
    package let id: String
    package let reason: String

    private init(_ id: String, _ reason: String) {
        self.id = id
        self.reason = reason
    }

    package static let rootCertificate = SkipRule("root-certificate", "each cluster publishes its own root certificate")
    package static let kubernetesService = SkipRule(
        "kubernetes-service",
        "the API server makes its own Service and endpoints"
    )
    package static let serviceAccountToken = SkipRule(
        "service-account-token",
        "the token controller makes a new token; the old one is signed by the old cluster"
    )
    package static let bootstrapToken = SkipRule(
        "bootstrap-token",
        "a bootstrap token admits nodes to the old cluster for a short time"
    )
    package static let clusterIdentity = SkipRule(
        "cluster-identity",
        "it holds the identity of the old control plane; the new one writes its own"
    )
    package static let leaderElection = SkipRule(
        "leader-election",
        "the holder of the lock is gone; a new one is elected"
    )
    package static let mirrorPod = SkipRule("mirror-pod", "the kubelet mirrors a static pod of a node that is gone")
    package static let controlledPod = SkipRule("controlled-pod", "its controller makes it again")
    package static let finishedPod = SkipRule("finished-pod", "it has ended; a copy would run again")
    package static let finishedJob = SkipRule("finished-job", "it has ended; a copy would run again")
    package static let controlledRevision = SkipRule("controlled-revision", "its controller records its revisions anew")
    package static let controlledEndpoints = SkipRule("controlled-endpoints", "a controller fills it in from the pods")
    package static let bootstrapRole = SkipRule(
        "bootstrap-role",
        "the API server keeps its own roles at the rules of its version"
    )
    package static let automaticAPIService = SkipRule(
        "automatic-api-service",
        "the API server registers its own groups"
    )
    package static let systemPriorityClass = SkipRule("system-priority-class", "every API server has it")
    package static let systemFlowControl = SkipRule("system-flow-control", "the API server keeps its own flow control")
    package static let systemAddressRange = SkipRule(
        "system-address-range",
        "the API server makes it from its own flags"
    )
    package static let provisionedVolume = SkipRule(
        "provisioned-volume",
        "its disk is deleted with its claim; the provisioner makes a new one"
    )
    package static let unsealedSecret = SkipRule(
        "unsealed-secret",
        "the sealed-secrets controller unseals it again from its SealedSecret"
    )
    package static let sealedElsewhere = SkipRule(
        "sealed-elsewhere",
        "it is sealed for its old namespace; its Secret is restored with its values"
    )
    package static let certificateOrder = SkipRule("certificate-order", "cert-manager orders anew from the Certificate")

    package static let createdByRestore = SkipRule("created-by-restore", "the restore made it: --prune deletes it")
    package static let extraWithData = SkipRule(
        "extra-with-data",
        "the snapshot does not have it, and its deletion takes data or other objects along: --prune-with-data"
    )
    package static let leftOutOwner = SkipRule(
        "left-out-owner",
        "its owner is left out, and makes it again if it needs it"
    )

    /// Rules whose objects come again under other names or not at all, so that what they own cannot be linked to them.
    package static let withOwned: Set<SkipRule> = [
        controlledPod, finishedPod, finishedJob, mirrorPod, certificateOrder,
    ]

    /// All rules, for documents and tests.
    package static let all: [SkipRule] = [
        rootCertificate, kubernetesService, serviceAccountToken, bootstrapToken, clusterIdentity, leaderElection,
        mirrorPod,
        controlledPod, finishedPod, finishedJob, controlledRevision, controlledEndpoints, bootstrapRole,
        automaticAPIService, systemPriorityClass, systemFlowControl, systemAddressRange, provisionedVolume,
        unsealedSecret, sealedElsewhere,
        certificateOrder, createdByRestore, extraWithData, leftOutOwner,
    ]
}
