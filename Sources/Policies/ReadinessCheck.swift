package import KubernetesObjects

/// One check of the production readiness checklist as data: `kind: ReadinessCheck`, one file a check.
package struct ReadinessCheck: Equatable, Sendable {
    /// `ROW.NAME`, such as `secrets.sealed-unsealable`.
    package var id: String
    /// The row of the checklist that the check belongs to; nil when it belongs to an area only.
    package var row: ReadinessRow?
    /// The area that the check belongs to when it belongs to no row.
    package var area: ReadinessArea?
    package var severity: Severity
    /// One sentence: what must be true.
    package var title: String
    package var why: String
    package var remedy: String
    /// Where the rule is explained.
    package var documentation: String?
    /// The name of the check in the program that is run with the parameters.
    package var builtin: String
    /// An object; the builtin reads its members.
    package var parameters: JSONValue
    package var location: SourceLocation

    package enum Severity: String, CaseIterable, Sendable {
        case critical
        case major
        case minor
        case info
    }

    package init(
        id: String,
        row: ReadinessRow? = nil,
        area: ReadinessArea? = nil,
        severity: Severity,
        title: String,
        why: String = "",
        remedy: String = "",
        documentation: String? = nil,
        builtin: String,
        parameters: JSONValue = [:],
        location: SourceLocation = .code
    ) {
        self.id = id
        self.row = row
        self.area = area
        self.severity = severity
        self.title = title
        self.why = why
        self.remedy = remedy
        self.documentation = documentation
        self.builtin = builtin
        self.parameters = parameters
        self.location = location
    }
}

/// The rows of the production readiness checklist, in its order.
package enum ReadinessRow: String, CaseIterable, Sendable {
    case buildPipeline = "build-pipeline"
    case deploymentPipeline = "deployment-pipeline"
    case imageRegistry = "image-registry"
    case monitoring
    case sharedStorage = "shared-storage"
    case secretsManagement = "secrets-management"
    case ingressController = "ingress-controller"
    case apiGateway = "api-gateway"
    case serviceMesh = "service-mesh"
    case serviceCatalogue = "service-catalogue"
    case networkPolicies = "network-policies"
    case authorizationIntegration = "authorization-integration"
    case imageScanning = "image-scanning"
    case logAggregation = "log-aggregation"

    /// The name of the row as the checklist prints it.
    package var title: String {
        switch self {
        case .buildPipeline: "Build pipeline"
        case .deploymentPipeline: "Deployment pipeline"
        case .imageRegistry: "Image registry"
        case .monitoring: "Monitoring infrastructure"
        case .sharedStorage: "Shared storage"
        case .secretsManagement: "Secrets management"
        case .ingressController: "Ingress controller"
        case .apiGateway: "API gateway"
        case .serviceMesh: "Service mesh"
        case .serviceCatalogue: "Service catalogue / broker"
        case .networkPolicies: "Network policies"
        case .authorizationIntegration: "Authorization integration"
        case .imageScanning: "Image scanning"
        case .logAggregation: "Log aggregation"
        }
    }
}

/// The areas of production readiness, for checks that belong to no single row.
package enum ReadinessArea: String, CaseIterable, Sendable {
    case security
    case portability
    case scalability
    case continuousDelivery = "continuous-delivery"
    case observability
    case disasterRecovery = "disaster-recovery"
    case highAvailability = "high-availability"
}
