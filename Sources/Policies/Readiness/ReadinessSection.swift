/// A part of the production readiness checklist: one of its 14 rows or of its five areas, in its order.
package enum ReadinessSection: String, CaseIterable, Sendable {
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
    case security
    case scalability
    case delivery
    case observability
    case disasterRecovery = "disaster-recovery"

    package static let rows = allCases.filter { !$0.isArea }
    package static let areas = allCases.filter(\.isArea)

    /// Whether it is one of the five areas, which need no component of their own.
    package var isArea: Bool {
        switch self {
        case .security, .scalability, .delivery, .observability, .disasterRecovery: true
        default: false
        }
    }

    /// The name as the checklist prints it.
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
        case .security: "Security and attack surface"
        case .scalability: "Portability and scalability"
        case .delivery: "Continuous integration and delivery"
        case .observability: "Observability"
        case .disasterRecovery: "Disaster recovery and high availability"
        }
    }
}
